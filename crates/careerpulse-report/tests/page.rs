//! The page as a browser reads it: well formed, harmless, small, and honest about what is unknown.

#[path = "../examples/sample/fixture.rs"]
mod fixture;
mod reading;

use careerpulse_report::{
    Breakdown, BreakdownRow, DemandRow, ForecastRow, MAX_BYTES, ReportData, ReportError,
    RevisionRow, SliceRow, TOTAL, render,
};
use reading::{Page, read};

fn page(data: &ReportData) -> Page {
    read(&render(data).expect("the data hold no row twice"))
}

fn small() -> ReportData {
    fixture::report(3, 90, 20)
}

#[test]
fn a_page_is_well_formed_and_its_headings_descend_by_one() {
    let page = page(&small());
    assert_eq!(page.errors, Vec::<String>::new());
    let levels: Vec<u32> = page
        .elements
        .iter()
        .filter_map(|element| element.name.strip_prefix('h')?.parse().ok())
        .collect();
    assert_eq!(levels[0], 1);
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    for pair in levels.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "{levels:?}");
    }
    assert_eq!(page.all("html")[0].attribute("lang"), Some("en"));
    let mut ids: Vec<&str> = page
        .elements
        .iter()
        .filter_map(|e| e.attribute("id"))
        .collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(all, ids.len(), "an id stands twice");
}

#[test]
fn pictures_and_tables_say_what_they_are_to_those_who_cannot_see_them() {
    let page = page(&small());
    let pictures = page.all("svg");
    assert!(pictures.len() > 10);
    for picture in pictures {
        assert_eq!(picture.attribute("role"), Some("img"));
        assert_eq!(
            picture.children.get(..2),
            Some(&["title".to_owned(), "desc".to_owned()][..])
        );
    }
    for table in page.all("table") {
        assert_eq!(table.children[0], "caption");
    }
    for heading in page.all("th") {
        assert!(heading.attribute("scope").is_some(), "{heading:?}");
    }
    let known = |id: &str| page.elements.iter().any(|e| e.attribute("id") == Some(id));
    for element in &page.elements {
        for id in element
            .attribute("aria-labelledby")
            .unwrap_or("")
            .split_whitespace()
        {
            assert!(known(id), "{element:?} names {id}");
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_the_policy_says_so() {
    let html = render(&small()).unwrap();
    let page = read(&html);
    let policy = page
        .all("meta")
        .into_iter()
        .find(|meta| meta.attribute("http-equiv") == Some("Content-Security-Policy"))
        .unwrap();
    assert_eq!(
        policy.attribute("content"),
        Some("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    );
    for element in &page.elements {
        assert!(
            ![
                "script", "link", "iframe", "img", "object", "embed", "form", "base", "use"
            ]
            .contains(&element.name.as_str()),
            "{element:?}"
        );
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on"), "{element:?}");
            let refers =
                ["src", "href", "xlink:href", "action", "srcset", "data"].contains(&name.as_str());
            assert!(!refers || value.starts_with('#'), "{element:?}");
        }
    }
    assert!(!html.contains("http://") && !html.contains("https://"));
    assert!(!html.contains("url(") && !html.contains("@import"));
}

#[test]
fn hostile_words_are_inert_wherever_they_stand() {
    let hostile = "</title></style><script>alert(1)</script><img src=x onerror='alert(2)'>\
                   \" onload=\"alert(3) javascript:alert(4) \u{202e}evil\u{0}\u{2066}&lt;b&gt;";
    let mut data = small();
    let old = data.demand[0].category.clone();
    let rename = |category: &mut String| {
        if *category == old {
            *category = hostile.to_owned();
        }
    };
    data.demand
        .iter_mut()
        .for_each(|row| rename(&mut row.category));
    data.forecast
        .iter_mut()
        .for_each(|row| rename(&mut row.category));
    data.backtest.iter_mut().for_each(|row| {
        rename(&mut row.category);
        row.model = hostile.to_owned();
    });
    for text in [&mut data.source, &mut data.program] {
        *text = hostile.to_owned();
    }
    data.vintage = Some(hostile.to_owned());
    data.correction = Some(hostile.to_owned());
    if let Some(model) = &mut data.model {
        model.method = hostile.to_owned();
        model.classifier = hostile.to_owned();
    }
    data.breakdowns = vec![Breakdown {
        by: hostile.to_owned(),
        rows: vec![BreakdownRow {
            name: hostile.to_owned(),
            last: Some(1.0),
            before: None,
        }],
    }];
    data.slices = vec![SliceRow {
        ingest_id: hostile.to_owned(),
        error: Some(hostile.to_owned()),
        ..SliceRow::default()
    }];
    data.revisions = vec![RevisionRow {
        category: hostile.to_owned(),
        figure: hostile.to_owned(),
        reason: hostile.to_owned(),
        ..RevisionRow::default()
    }];
    let html = render(&data).unwrap();
    let page = read(&html);
    assert_eq!(page.errors, Vec::<String>::new());
    let plain = self::page(&small());
    let kinds = |page: &Page| -> std::collections::BTreeSet<String> {
        page.elements
            .iter()
            .map(|element| element.name.clone())
            .collect()
    };
    let (new, expected) = (kinds(&page), kinds(&plain));
    assert!(new.is_subset(&expected), "words made elements: {new:?}");
    for element in &page.elements {
        for (name, _) in &element.attributes {
            assert!(!name.starts_with("on"), "{element:?}");
        }
    }
    assert!(
        page.text.contains("<script>alert(1)</script>"),
        "the name is shown as it is"
    );
    for steering in ['\u{202e}', '\u{2066}', '\u{0}'] {
        assert!(!html.contains(steering), "{steering:?}");
    }
}

#[test]
fn a_report_of_nothing_says_which_commands_fill_it() {
    let page = page(&ReportData::default());
    assert_eq!(page.errors, Vec::<String>::new());
    for command in ["bronze", "run", "demand", "train", "promote", "infer"] {
        let command = format!("careerpulse {command}");
        assert!(page.text.contains(&command), "{command}");
    }
    assert!(page.all("svg").is_empty());
    assert!(page.text.contains("No published figure has been changed"));
}

#[test]
fn parts_that_are_missing_leave_the_others_standing() {
    let whole = small();
    let without: [fn(&mut ReportData); 7] = [
        |data| data.index.clear(),
        |data| data.forecast.clear(),
        |data| data.backtest.clear(),
        |data| data.model = None,
        |data| data.slices.clear(),
        |data| data.demand.truncate(2),
        |data| data.demand.retain(|row| row.category == TOTAL),
    ];
    for remove in without {
        let mut data = whole.clone();
        remove(&mut data);
        let page = page(&data);
        assert_eq!(page.errors, Vec::<String>::new());
        assert!(!page.text.contains("NaN") && !page.text.contains("inf "));
    }
}

#[test]
fn sixty_categories_over_two_years_stay_under_the_limit() {
    let html = render(&fixture::report(60, 730, 100)).unwrap();
    assert!(html.len() < MAX_BYTES / 2, "{} bytes", html.len());
    assert_eq!(read(&html).errors, Vec::<String>::new());
}

#[test]
fn a_page_that_would_be_too_large_is_refused_with_the_remedy() {
    let mut data = small();
    let row = data.demand[0].clone();
    data.demand = (0..9000)
        .map(|number| DemandRow {
            category: format!("Category {number}"),
            ..row.clone()
        })
        .collect();
    let error = render(&data).unwrap_err().to_string();
    assert!(error.contains("9000 categories"), "{error}");
}

#[test]
fn no_template_takes_a_word_as_markup() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("'unsafe-inline'", "");
        let shown = path.display();
        assert!(
            !text.contains("safe") && !text.contains("escape"),
            "{shown}"
        );
    }
}

#[test]
fn figures_that_are_no_numbers_are_gaps() {
    let mut data = small();
    for row in &mut data.demand {
        row.new_corrected = Some(f64::NAN);
        row.corrected_hi = Some(f64::INFINITY);
    }
    for row in &mut data.index {
        row.new_index = Some(f64::NEG_INFINITY);
    }
    if let Some(model) = &mut data.model {
        model.accuracy = Some(f64::NAN);
        model.scores[0].precision = f64::NAN;
    }
    let page = page(&data);
    assert!(!page.text.contains("NaN") && !page.text.contains("inf"));
    for element in page
        .elements
        .iter()
        .filter(|element| element.name == "path")
    {
        let path = element.attribute("d").unwrap();
        assert!(!path.contains(['N', 'i', 'e']), "{path}");
    }
}

#[test]
fn a_missed_day_breaks_the_line_of_the_index_and_is_a_dash_in_its_table() {
    let mut data = small();
    let missed = data
        .demand
        .iter()
        .filter(|row| !row.collected && !row.backfilled);
    let days: std::collections::BTreeSet<_> = missed.map(|row| row.date).collect();
    assert_eq!(days.len(), 1);
    let strokes = |data: &ReportData| {
        let page = page(data);
        let line = page
            .elements
            .iter()
            .find(|e| e.attribute("class") == Some("line plain"));
        line.and_then(|line| line.attribute("d"))
            .unwrap()
            .matches('M')
            .count()
    };
    assert_eq!(strokes(&data), 2, "one gap parts two strokes");
    for row in &mut data.demand {
        row.collected = !row.backfilled;
    }
    assert_eq!(strokes(&data), 1);
}

#[test]
fn two_rows_of_a_day_are_refused() {
    let mut data = small();
    let first: ForecastRow = data.forecast[0].clone();
    data.forecast.push(first);
    let error = render(&data).unwrap_err();
    assert!(
        matches!(
            error,
            ReportError::Repeated {
                table: "demand_forecast",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn an_index_that_nothing_is_known_of_is_said_and_not_drawn() {
    let mut data = small();
    for row in &mut data.index {
        (row.active_index, row.active_adjusted) = (None, None);
    }
    let whole = render(&small()).expect("the data hold no row twice");
    let without = render(&data).expect("the data hold no row twice");
    assert!(whole.contains("index-open") && !whole.contains("Nothing to draw yet"));
    assert!(!without.contains("index-open") && without.contains("Nothing to draw yet"));
    assert!(without.contains("index-new"));
    assert_eq!(read(&without).errors, Vec::<String>::new());
}
