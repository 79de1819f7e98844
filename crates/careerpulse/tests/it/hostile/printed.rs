//! What is printed and written: tables for people, files for programs, the report.

use super::{NOW, brief, exports, lake, markup, words};

#[test]
fn what_people_read_on_a_terminal_steers_none() {
    let (home, ran) = lake();
    let postings = "select substr(title, 1, 99), category, company_name, right(description, 999), level \
        from careerpulse_silver.job_postings";
    let pages = "select substr(payload, 1, 999) from careerpulse_bronze.muse_pages";
    let title = super::postings::categories()[1].clone() + "\u{1b}[31m";
    let commands: [&[&str]; 10] = [
        &["alarms", "list", "--all"],
        &["models", "list"],
        &["models", "show", "1"],
        &["tables", "list"],
        &["tables", "history", "careerpulse_silver.job_postings"],
        &["sql", postings],
        &["sql", pages],
        &["sql", "select * from careerpulse_silver.rejects"],
        &[
            "classify",
            "--title",
            &title,
            "--description",
            "\u{202e}\u{9b}31m nurse",
        ],
        &["sql", "select \u{202e}\u{1b}[31m"],
    ];
    assert_eq!(words::steering(ran).next(), None, "{ran}");
    let mut shown = String::new();
    for command in commands {
        let all: Vec<&str> = ["--now", NOW].iter().chain(command).copied().collect();
        let ended = home.run(&all);
        for said in [&ended.stdout, &ended.stderr] {
            assert_eq!(
                words::steering(said).next(),
                None,
                "{command:?}: {said:.2000}"
            );
        }
        shown.push_str(&ended.stdout);
    }
    for name in [
        "<script>window.pwned=1</script>",
        "unknown_field",
        "=HYPERLINK(",
    ] {
        assert!(shown.contains(name), "{name} is nowhere");
    }
}

#[test]
fn what_programs_read_is_one_value_a_line_and_no_formula() {
    let (home, _) = lake();
    let columns =
        "posting_id, title, description, category, level, company_name, posting_type, landing_page";
    let queries = [
        format!("select {columns} from careerpulse_silver.job_postings order by title"),
        "select * from careerpulse_silver.rejects".to_owned(),
        "select * from careerpulse_gold.daily_demand".to_owned(),
        "select -1 as number, '=1+1' as words".to_owned(),
    ];
    for query in &queries {
        let said = home.succeed(&["sql", "--format", "csv", query]).stdout;
        let wrong: Vec<String> = exports::csv(&said)
            .into_iter()
            .filter(|what| what.starts_with("a formula"))
            .collect();
        assert!(wrong.is_empty(), "{query}: {}", brief(&wrong));
        for line in home
            .succeed(&["sql", "--format", "json", query])
            .stdout
            .lines()
        {
            assert!(!line.contains(|c: char| c < ' '), "{line:.300}");
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
    for command in [["alarms", "list"], ["models", "list"]] {
        let said = home
            .succeed(&["--now", NOW, "--json", command[0], command[1]])
            .stdout;
        for line in said.lines() {
            let wrong = exports::json(line);
            assert!(wrong.is_empty(), "{command:?}: {}", brief(&wrong));
        }
    }
}

#[test]
fn the_report_shows_hostile_categories_and_is_inert() {
    let (home, _) = lake();
    let page = home.succeed(&["--now", NOW, "report", "--out", "-"]).stdout;
    let read = markup::read_alone(&page);
    assert!(read.wrong.is_empty(), "{}", brief(&read.wrong));
    assert!(read.text.contains("<script>window.pwned=1</script>"));
    // Its policy lets no script run, wherever it is opened.
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
    assert!(page.len() < 3_000_000);
}
