//! Every page that the dashboard leads to.

use std::collections::{BTreeSet, VecDeque};

use super::served::{Got, Served};
use super::{brief, exports, lake, markup, postings};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What a page may weigh before it is compressed.
const HEAVIEST: usize = 3_000_000;

#[test]
fn every_page_and_every_file_that_pages_lead_to_is_inert() {
    let (home, _) = lake();
    let served = Served::over(home);
    let mut wrong = Vec::new();
    let mut due = VecDeque::from(seeds());
    let mut seen: BTreeSet<String> = due.iter().cloned().collect();
    let mut text = String::new();
    while let Some(address) = due.pop_front() {
        let got = served.get(&address);
        let kind = got.header("content-type").to_owned();
        let (found, links) = if kind.starts_with("text/html") {
            let read = markup::read(got.text());
            text.push_str(&read.text);
            (read.wrong, read.links)
        } else if kind.starts_with("text/csv") {
            (exports::csv(got.text()), Vec::new())
        } else {
            (Vec::new(), Vec::new())
        };
        wrong.extend(found.into_iter().map(|what| format!("{address}: {what}")));
        wrong.extend(guarded(&got));
        for link in links {
            if seen.insert(link.clone()) {
                due.push_back(link);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", brief(&wrong));
    // That nothing acts is worth something only where it is shown.
    for shown in [
        "<script>window.pwned=1</script>",
        "<svg onload=window.pwned=1>",
        "=HYPERLINK(",
        "ممرض",
        "<!-- AVeryLongName",
        "\u{fffd}",
    ] {
        assert!(text.contains(shown), "{shown} is on no page");
    }
}

/// Where the walk begins: what no page links to, such as a search.
fn seeds() -> Vec<String> {
    let ids = postings::postings().into_iter();
    let ids = ids.filter(postings::is_hostile_and_unlabelled);
    let ids: Vec<String> = ids
        .map(|posting| format!("/imputation/{}", posting["id"]))
        .collect();
    assert!(
        ids.len() > 20,
        "{} hostile postings are to be imputed",
        ids.len()
    );
    let searches = [
        "/",
        "/imputation?view=suspects",
        "/imputation?q=%3Cscript%3E",
        "/imputation?q=%22%27%3E%3Csvg+onload%3Dwindow.pwned%3D1%3E%E2%80%AE",
        "/?category=%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E&index=%22%3E%3Cb%3E",
        "/categories/%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E%E2%80%AE%00",
        "/try?title=%22%3E%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E%E2%80%AE",
        "/imputation/%3Cscript%3E",
        "/models/%3Cscript%3E",
        "/%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E",
        "/sign-in?next=javascript:window.pwned%3D1",
        "/api/v1/docs",
    ];
    searches.map(str::to_owned).into_iter().chain(ids).collect()
}

/// Why an answer is not guarded as every answer is.
pub fn guarded(got: &Got) -> Vec<String> {
    let mut wrong = Vec::new();
    let headers = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in headers {
        if got.header(name) != value {
            wrong.push(format!("{}: {name} is {:?}", got.address, got.header(name)));
        }
    }
    if got.status >= 500 || got.body.len() > HEAVIEST {
        wrong.push(format!(
            "{}: {}, {} bytes",
            got.address,
            got.status,
            got.body.len()
        ));
    }
    wrong
}

#[test]
fn a_hostile_text_that_is_tried_is_inert() {
    let (home, _) = lake();
    let served = Served::over(home);
    for (place, category) in postings::categories().iter().enumerate() {
        let title: String = category.chars().take(999).collect();
        let fields = [
            ("title", title.as_str()),
            (
                "description",
                "</textarea><script>window.pwned=1</script>\u{202e}\u{1b}[31m nurse",
            ),
            ("level", "\"><svg onload=window.pwned=1>"),
            ("location", "\u{202e}=1+1"),
        ];
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let got = served.post("/try", "application/x-www-form-urlencoded", form);
        assert_eq!(got.status, 200, "{place}");
        let read = markup::read(got.text());
        assert_eq!(read.wrong, Vec::<String>::new());
        assert!(read.text.contains("nearest") || read.text.contains("similarity"));
    }
    let endless = format!("title={}", "%3Cb%3E".repeat(200_000));
    let got = served.post("/try", "application/x-www-form-urlencoded", endless);
    assert_eq!(got.status, 413);
    assert_eq!(markup::read(got.text()).wrong, Vec::<String>::new());
}
