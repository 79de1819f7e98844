//! The user's mistakes and the world's failures: one sentence that names what and what to do, exit 1.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::support::{Ended, Home, ended, generated, rows};

/// A server that gives every request the same refusal; it ends with the process.
fn refusing(status_and_headers: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let reader = BufReader::new(stream.try_clone().expect("a socket can be cloned"));
            let _head = reader.lines().map_while(Result::ok).find(String::is_empty);
            let body = r#"{"code":403,"error":"Forbidden"}"#;
            let answer = format!(
                "HTTP/1.1 {status_and_headers}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            // A client that has hung up is not this server's concern.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}/api/public/jobs")
}

fn with_env(home: &Home, args: &[&str], env: &[(&str, &str)]) -> Ended {
    ended(home.command(args).envs(env.iter().copied()))
}

#[test]
fn a_settings_file_that_is_missing_broken_or_misspelt() {
    let home = Home::new();
    home.run(&["--config", "absent.toml", "silver"])
        .failed_with(&["absent.toml", "--config"]);
    for (text, part) in [
        ("[bronze\n", "line 1"),
        (
            "lake = \"l\"\n[bronze]\nmax_requests = \"many\"\n",
            "line 3",
        ),
        ("[bronze]\nmax_request = 5\n", "max_request"),
        ("[train]\nweights = []\n", "weights"),
        ("\u{0}\u{1}", "line 1"),
    ] {
        home.write("broken.toml", text);
        home.run(&["--config", "broken.toml", "silver"])
            .failed_with(&["settings", part]);
    }
    home.write("broken.toml", [0xff, 0xfe, 0x00]);
    home.run(&["--config", "broken.toml", "silver"])
        .failed_with(&["broken.toml"]);
    // The default file is read as well.
    home.write("careerpulse.toml", "lake = 5\n");
    home.run(&["silver"]).failed_with(&["careerpulse.toml"]);
}

#[test]
fn a_variable_that_is_no_such_setting() {
    let home = Home::new();
    for (name, value) in [
        ("CAREERPULSE_TRAIN_K", "three"),
        ("CAREERPULSE_TRAIN_FOLDS", "1"),
        ("CAREERPULSE_FEATURES_ENCODER", "maybe"),
        ("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "-1"),
        ("CAREERPULSE_TRAIN_TEST_FRACTION", "2"),
    ] {
        let setting = name.rsplit('_').next().unwrap_or_default().to_lowercase();
        let said = with_env(&home, &["silver"], &[(name, value)])
            .failed_with(&[])
            .stderr;
        assert!(
            said.contains(name) || said.contains(&setting),
            "{name}: {said}"
        );
    }
}

#[test]
fn a_source_that_is_not_there_or_no_source() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    drop(listener);
    let patient = [("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "2")];
    let nobody = format!("http://{address}");
    for command in ["bronze", "ingest", "run"] {
        with_env(&home, &[command, "--source", &nobody], &patient).failed_with(&[
            "nothing listens at",
            &nobody,
            "--source",
        ]);
    }
    for source in [
        "ftp://127.0.0.1/",
        "not an address",
        "",
        "file:///etc/passwd",
    ] {
        home.run(&["bronze", "--source", source])
            .failed_with(&["--source"]);
    }
    let source = generated(5);
    let elsewhere = source.url().replace("/jobs", "/elsewhere");
    home.run(&["bronze", "--source", &elsewhere])
        .failed_with(&["404", "--source"]);
}

#[test]
fn a_wrong_key_and_a_spent_limit() {
    let home = Home::new();
    let wrong = refusing(
        "403 Forbidden\r\nX-RateLimit-Limit: 3600\r\nX-RateLimit-Remaining: 3599\r\nX-RateLimit-Reset: 60",
    );
    let env = [
        ("CAREERPULSE_BRONZE_MAX_ATTEMPTS", "2"),
        ("MUSE_API_KEY", "wrong-k3y"),
    ];
    let said = with_env(&home, &["-vv", "bronze", "--source", &wrong], &env);
    assert!(!said.stderr.contains("wrong-k3y"), "{said:#?}");
    with_env(&home, &["bronze", "--source", &wrong], &env).failed_with(&[
        "refuses access",
        "to the key it was given",
        "MUSE_API_KEY",
    ]);
    with_env(&home, &["bronze", "--source", &wrong], &env[..1]).failed_with(&[
        "refuses access",
        "without a key",
        "MUSE_API_KEY",
    ]);

    let spent = refusing(
        "403 Forbidden\r\nX-RateLimit-Limit: 500\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 3000",
    );
    let impatient = [("CAREERPULSE_BRONZE_MAX_WAIT_SECONDS", "1")];
    with_env(&home, &["bronze", "--source", &spent], &impatient)
        .failed_with(&["limit", "run again later"]);
}

#[test]
fn a_lake_that_is_no_lake() {
    let home = Home::new();
    let file = home.write("file", "text");
    let other = home.write("other/holiday.jpg", "text");
    let file = file.to_string_lossy();
    let other = other
        .parent()
        .map(|folder| folder.to_string_lossy())
        .unwrap_or_default();
    for command in [
        &["silver"][..],
        &["tables", "list"],
        &["sql", "select 1"],
        &["run", "--dry-run"],
    ] {
        let at = |lake| home.run(&[&["--lake", lake], command].concat());
        at(&file).failed_with(&[&file, "is not a lake", "--lake"]);
        at(&other).failed_with(&["holiday.jpg", "is not a lake", "--lake"]);
        at("gopher://bucket/lake").failed_with(&["gopher", "--lake"]);
        at("").failed_with(&["--lake"]);
    }
    let kept = std::fs::read_dir(home.path("other"))
        .expect("the folder is there")
        .count();
    assert_eq!(kept, 1, "nothing was written into a folder that is no lake");
}

#[test]
fn a_lake_may_have_any_name_that_tables_can_be_addressed_by() {
    let (home, source) = (Home::new(), generated(5));
    for name in ["my lake #1", "l\u{e9}k%?&+'\"{}", "\u{65e5}\u{672c}"] {
        home.succeed(&["--lake", name, "bronze", "--source", &source.url()]);
        let pages = rows(
            &home.path(name),
            "select page from careerpulse_bronze.muse_pages",
        );
        assert_eq!(pages.len(), 1, "{name}");
    }
    for (name, piece) in [
        ("100%25", "%25"),
        ("a[b", "["),
        ("a^b", "^"),
        ("a\\b", "\\"),
        ("a\nb", "\\n"),
    ] {
        home.run(&["--quiet", "--lake", name, "silver"])
            .failed_with(&["is not a lake", piece, "--lake"]);
        assert!(!home.path(name).exists(), "{name}");
    }
}

#[test]
fn a_table_whose_log_is_broken() {
    let home = Home::new();
    home.write(
        "lake/careerpulse_silver/job_postings/_delta_log/00000000000000000000.json",
        "this is no commit\n",
    );
    home.run(&["silver"])
        .failed_with(&["careerpulse_silver.job_postings"]);
}

#[test]
fn sql_that_writes_is_refused_and_changes_nothing() {
    let (home, source) = (Home::new(), generated(40));
    home.ingest("bronze", &source.url());
    home.succeed(&["silver"]);
    let files = || home.succeed(&["--json", "tables", "list"]).stdout;
    let before = files();
    for statement in [
        "insert into careerpulse_silver.job_postings (posting_id) values (1)",
        "update careerpulse_silver.job_postings set title = 'x'",
        "delete from careerpulse_silver.job_postings",
        "drop table careerpulse_silver.job_postings",
        "create table t as select 1",
        "create view v as select 1",
        "create external table t stored as csv location '/etc/passwd'",
        "copy (select 1) to 'out.csv'",
        "copy careerpulse_silver.job_postings to 'out.parquet'",
        "set datafusion.execution.batch_size = 1",
        "truncate table careerpulse_silver.job_postings",
        "merge into careerpulse_silver.job_postings t using careerpulse_silver.sightings s on t.posting_id = s.posting_id when matched then delete",
        "begin",
        "explain analyze insert into careerpulse_silver.job_postings (posting_id) values (1)",
    ] {
        let refused = home.run(&["sql", statement]);
        assert_eq!(
            (refused.code, refused.stdout.as_str()),
            (Some(1), ""),
            "{statement}: {refused:#?}"
        );
        assert!(
            !refused.stderr.contains("unexpected"),
            "{statement}: {refused:#?}"
        );
    }
    for statement in [
        "delete from careerpulse_silver.job_postings",
        "set a = 1",
        "copy (select 1) to 'out.csv'",
    ] {
        home.run(&["sql", statement])
            .failed_with(&["only reads", "SELECT"]);
    }
    assert_eq!(files(), before);
    assert!(!home.path("out.csv").exists() && !home.path("out.parquet").exists());
}

#[test]
fn sql_reads_the_lake_and_no_other_file() {
    let home = Home::new();
    home.write("secret.csv", "a\n1\n");
    for statement in [
        "select * from 'secret.csv'",
        "select * from \"secret.csv\"",
        "select * from nowhere",
        "selec 1",
        "",
        "select 1; select 2",
    ] {
        let refused = home.run(&["sql", statement]);
        assert_eq!(
            (refused.code, refused.stdout.as_str()),
            (Some(1), ""),
            "{statement}: {refused:#?}"
        );
    }
}

#[test]
fn files_and_versions_that_are_not_there() {
    let home = Home::new();
    home.run(&["classify", "--title", "Nurse"])
        .failed_with(&["no production model", "careerpulse run"]);
    home.run(&["models", "show", "9"])
        .failed_with(&["9", "models list"]);
    home.run(&["tables", "history", "careerpulse_silver.no_such"])
        .failed_with(&["no_such", "tables list"]);
    home.run(&["tables", "history", "../../etc"])
        .failed_with(&[]);
    home.run(&["replay", "absent.ndjson"])
        .failed_with(&["absent.ndjson"]);
    home.run(&["sample", "--postings", "1", "--out", "absent/file.ndjson"])
        .failed_with(&["absent/file.ndjson", "--out"]);
    home.run(&["sample", "--days", "0", "--out", "file.ndjson"])
        .failed_with(&["days"]);
    let shifted = |shift: &str, days: &[&str]| {
        let mut args = vec!["sample", "--out", "file.ndjson", "--shift", shift];
        args.extend(days.iter().flat_map(|day| ["--shift-from", *day]));
        home.run(&args)
    };
    let tripled = shifted("tripled=Sales", &["2026-06-10"]);
    assert_eq!(tripled.code, Some(1), "{tripled:#?}");
    for part in ["`tripled=Sales`", "doubled=CATEGORY"] {
        assert!(tripled.stderr.contains(part), "{tripled:#?}");
    }
    shifted("doubled=Sail", &["2026-06-10"]).failed_with(&["`Sail`", "Sales"]);
    shifted("boilerplate", &["2027-01-01"]).failed_with(&["2027-01-01", "2026-06-30"]);
    shifted("boilerplate", &["2026-06-10", "2026-06-11"]).failed_with(&["1 shifts", "2 days"]);
    home.write("broken.ndjson", "{\"id\":1}\n{\"id\":\n");
    home.run(&["replay", "broken.ndjson"])
        .failed_with(&["broken.ndjson", "line 2"]);
    let env = [("CAREERPULSE_GOLD_TAXONOMY", "absent.toml")];
    with_env(&home, &["gold"], &env).failed_with(&["absent.toml"]);
}

/// Runs a command in a mount namespace of its own, where `folder` is a disk of 3 MB: the mount
/// ends with the process, however that ends.
fn on_small_disk(folder: &str, command: &Command) -> Command {
    let mut wrapped = Command::new("unshare");
    wrapped.args(["--mount", "--map-root-user", "sh", "-c"]);
    wrapped
        .arg("mount -t tmpfs -o size=3m tmpfs \"$0\" && exec \"$@\"")
        .arg(folder);
    wrapped.arg(command.get_program()).args(command.get_args());
    wrapped.env_clear();
    wrapped.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    wrapped.current_dir(
        command
            .get_current_dir()
            .unwrap_or(std::path::Path::new("/")),
    );
    wrapped.stdin(Stdio::null());
    wrapped
}

#[test]
fn a_full_disk() {
    let home = Home::new();
    std::fs::create_dir(home.lake()).expect("the lake's folder can be made");
    let lake = home.lake().to_string_lossy().into_owned();
    let can_mount = on_small_disk(&lake, &Command::new("true"))
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output();
    if !can_mount.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no disk can be mounted in a namespace here");
        return;
    }
    let source = generated(2_000);
    let bronze = home.command(&["bronze", "--source", &source.url()]);
    ended(&mut on_small_disk(&lake, &bronze)).failed_with(&["no space is left", "free some"]);
    let left = std::fs::read_dir(home.lake())
        .expect("the folder is there")
        .count();
    assert_eq!(left, 0, "the disk was mounted for the command alone");
}
