//! Alarms as people and programs meet them, and what makes `run` train.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use careerpulse_replay::{Feed, ReplayOptions};
use serde_json::{Value, json};

use crate::support::{Ended, Home, Source, count, ended, generated, row_counts, sample};

const NOW: &str = "2026-07-01T06:00:00Z";

/// A home whose lake has seen a source with a field that no column is made of.
fn alarmed() -> (Home, Source) {
    let postings = sample(120).into_iter().map(|posting| {
        let mut posting = serde_json::to_value(posting).expect("a posting is JSON");
        posting["salary"] = json!({"from": 1});
        posting
    });
    let feed = Feed::from_postings(postings).expect("values are JSON");
    let source = Source::serve(feed, ReplayOptions::default());
    let home = Home::new();
    home.succeed(&[
        "--now",
        NOW,
        "run",
        "--to",
        "silver",
        "--source",
        &source.url(),
    ]);
    (home, source)
}

fn stage(ended: &Ended, name: &str) -> Value {
    let all = ended.json();
    let found = all.iter().find(|summary| summary["stage"] == name);
    found
        .unwrap_or_else(|| panic!("{name} ran: {all:?}"))
        .clone()
}

#[test]
fn an_alarm_is_listed_shown_fails_until_it_is_acknowledged_and_is_raised_once() {
    let (home, _source) = alarmed();
    let first = home.run(&["--now", NOW, "--json", "monitor", "--fail-on-drift"]);
    assert_eq!(first.code, Some(3), "{first:#?}");
    let summary = stage(&first, "monitor");
    assert_eq!(summary["alarms"][0]["check"], "unknown_field");
    assert_eq!(summary["alarms"][0]["subject"], "salary");
    assert_eq!(summary["alarms"][0]["new"], true);
    let id = summary["alarms"][0]["alarm_id"]
        .as_str()
        .expect("a text")
        .to_owned();

    let before = row_counts(&home.lake());
    let again = home.succeed(&["--now", NOW, "--json", "monitor"]);
    assert_eq!(stage(&again, "monitor")["status"], "unchanged");
    assert_eq!(stage(&again, "monitor")["alarms"][0]["new"], false);
    assert_eq!(row_counts(&home.lake()), before);

    let listed = home.succeed(&["alarms", "list"]);
    assert!(
        listed.stdout.contains(&id) && listed.stdout.contains("salary"),
        "{listed:#?}"
    );
    let shown = home.succeed(&["alarms", "show", &id[..6]]);
    let look = shown
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("look at: careerpulse sql "));
    let query = look.expect("it says where to look").trim_matches('\'');
    let seen = home.succeed(&["sql", "--format", "json", &query.replace("'\\''", "'")]);
    assert!(seen.stdout.contains("salary"), "{seen:#?}");
    home.run(&["alarms", "ack", "ffff"])
        .failed_with(&["no alarm has an id", "alarms list"]);
    home.succeed(&["alarms", "ack", &id]);
    home.succeed(&["--now", NOW, "monitor", "--fail-on-drift"]);

    // A month later a field is no news, and an acknowledged alarm goes off like any other.
    home.succeed(&["--now", "2026-08-15", "monitor"]);
    let on = home.succeed(&["--json", "alarms", "list"]).json();
    assert!(
        on.iter().all(|alarm| alarm["check"] != "unknown_field"),
        "{on:?}"
    );
    let all = home.succeed(&["--json", "alarms", "list", "--all"]).json();
    let cleared = all
        .iter()
        .find(|alarm| alarm["alarm_id"] == id.as_str())
        .expect("it is kept");
    assert_eq!(cleared["still_on"], false);
    // Meanwhile nobody has crawled.
    assert!(
        on.iter().any(|alarm| alarm["check"] == "stale_slice"),
        "{on:?}"
    );
}

/// A listener that answers so to each call, and the bodies that came.
fn hook(answer: &'static str) -> (String, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}/", listener.local_addr().expect("it is bound"));
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            let Ok(mut caller) = caller else { break };
            let (mut request, mut buffer) = (String::new(), [0; 65_536]);
            let body = loop {
                let read = caller.read(&mut buffer).unwrap_or(0);
                request.push_str(&String::from_utf8_lossy(&buffer[..read]));
                let body = request.split_once("\r\n\r\n").map(|(_, body)| body);
                match body.and_then(|body| serde_json::from_str(body).ok()) {
                    Some(body) => break body,
                    None if read == 0 => break Value::Null,
                    None => {}
                }
            };
            let head =
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = caller.write_all(head.as_bytes());
            if sender.send(body).is_err() {
                break;
            }
        }
    });
    (address, bodies)
}

#[test]
fn a_webhook_hears_of_each_alarm_once_and_one_that_is_down_hears_of_it_later() {
    let (home, _source) = alarmed();
    let monitor = |webhook: &str| {
        let mut command = home.command(&["--now", NOW, "--json", "monitor"]);
        command.env("CAREERPULSE_MONITOR_WEBHOOK", webhook);
        ended(&mut command).succeeded()
    };
    let (refusing, _bodies) = hook("410 Gone");
    let refused = monitor(&refusing);
    let note = stage(&refused, "monitor")["note"].to_string();
    assert!(
        note.contains("410") && note.contains("the next run tries again"),
        "{note}"
    );

    let (taking, bodies) = hook("204 No Content");
    for _ in 0..3 {
        monitor(&taking);
    }
    let heard: Vec<Value> = bodies.try_iter().collect();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0]["alarms"][0]["subject"], "salary");
    assert_eq!(heard[0]["event"], "alarms");
    let told = "careerpulse_monitoring.alarms where notified_at is not null";
    assert_eq!(count(&home.lake(), told), 1);
}

#[test]
fn a_run_trains_when_there_is_a_reason_and_train_always_does() {
    let home = Home::new();
    let run = |postings: usize, now: &str, settings: &[(&str, &str)]| {
        let source = generated(postings);
        let url = source.url();
        let mut command = home.command(&[
            "--now", now, "--json", "run", "--to", "train", "--source", &url,
        ]);
        command.env("CAREERPULSE_RETRAIN_ALWAYS", "false");
        command.envs(settings.iter().copied());
        stage(&ended(&mut command).succeeded(), "train")
    };
    let reason = |summary: &Value| summary["reasons"].to_string();
    let first = run(200, "2026-07-01", &[]);
    assert!(
        reason(&first).contains("there is no version yet"),
        "{first}"
    );
    let few = run(220, "2026-07-02", &[]);
    assert_eq!(few["status"], "unchanged", "{few}");
    assert!(
        few["note"]
            .to_string()
            .contains("no reason to train: the newest version, 1,"),
        "{few}"
    );
    let eager = run(
        220,
        "2026-07-02",
        &[("CAREERPULSE_RETRAIN_NEW_LABELS", "0.01")],
    );
    assert!(
        reason(&eager).contains("labels are new or changed"),
        "{eager}"
    );
    let other = run(220, "2026-07-03", &[("CAREERPULSE_TRAIN_C", "2")]);
    assert!(
        reason(&other).contains("settings of [train] have changed"),
        "{other}"
    );
    let settled = [("CAREERPULSE_TRAIN_C", "2")];
    assert_eq!(run(220, "2026-07-04", &settled)["status"], "unchanged");
    let old = run(260, "2026-08-20T12:00:00Z", &settled);
    assert!(reason(&old).contains("version 3 is 48 days old"), "{old}");
    let asked = stage(&home.succeed(&["--json", "train"]), "train");
    assert!(
        asked["reasons"].to_string().contains("it was asked for"),
        "{asked}"
    );
}
