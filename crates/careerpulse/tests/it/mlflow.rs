//! MLflow as the second home, against a real server where `mlflow` is installed.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use careerpulse_mlflow::server::{MLFLOW_VARIABLE, find_mlflow};
use careerpulse_mlflow::{Client, Credentials, RunStatus, Settings, filter};

use crate::support::{Ended, Home, Proxy, ended, generated, row_counts, rows};

const MODEL: &str = "careerpulse-category";

/// A server that the binary has started in a home; it ends with the test.
struct Server {
    home: Home,
    mlflow: std::path::PathBuf,
    uri: String,
}

impl Server {
    /// `None`, said on stderr, where mlflow is not installed; a failure where it must be.
    fn start() -> Option<Server> {
        let mlflow = match find_mlflow() {
            Ok(mlflow) => mlflow,
            Err(e) => {
                let must = std::env::var_os("CAREERPULSE_REQUIRE_MLFLOW").is_some();
                assert!(!must, "CAREERPULSE_REQUIRE_MLFLOW is set, and {e}");
                eprintln!("skipped: {e}");
                return None;
            }
        };
        let home = Home::new();
        let mut up = home.command(&["--json", "mlflow", "up", "--port", "0"]);
        let up = ended(up.env(MLFLOW_VARIABLE, &mlflow)).succeeded();
        let uri = up.json()[0]["uri"].as_str().unwrap().to_owned();
        Some(Server { home, mlflow, uri })
    }

    /// The binary in another home, with this server as its second one.
    fn command(&self, home: &Home, args: &[&str]) -> Command {
        let mut command = home.command(args);
        command.env("MLFLOW_TRACKING_URI", &self.uri);
        command
    }

    fn run(&self, home: &Home, args: &[&str]) -> Ended {
        ended(&mut self.command(home, args))
    }

    fn client(&self) -> Client {
        Client::new(&self.uri, Credentials::none(), Settings::default()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut down = self.home.command(&["mlflow", "down"]);
        let down = down.env(MLFLOW_VARIABLE, &self.mlflow).output();
        assert!(down.is_ok_and(|output| output.status.success()));
    }
}

/// Runs that the server has of the lake in a home, and how many of them are finished.
fn runs_there(server: &Server) -> (usize, usize) {
    wait(async {
        let client = server.client();
        let experiment = client.experiment("careerpulse", &[]).await.unwrap();
        let runs = client.search_runs(&experiment, "", &[]).await.unwrap();
        let is_finished = |run: &&careerpulse_mlflow::Run| run.info.status == RunStatus::Finished;
        (runs.len(), runs.iter().filter(is_finished).count())
    })
}

fn alias(server: &Server, alias: &str) -> Option<u64> {
    wait(async {
        server
            .client()
            .registered_model(MODEL)
            .await
            .unwrap()?
            .alias(alias)
    })
}

fn versions_there(server: &Server) -> usize {
    let name = filter::is("name", MODEL).unwrap();
    wait(async { server.client().search_versions(&name).await.unwrap().len() })
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

fn production(home: &Home) -> i64 {
    let listed = home.succeed(&["--json", "models", "list"]).json();
    let mut production = listed.iter().filter(|v| v["standing"] == "production");
    production.next().unwrap()["version"].as_i64().unwrap()
}

#[test]
fn a_lake_is_synced_once_and_a_moved_alias_is_heeded() {
    let Some(server) = Server::start() else {
        return;
    };
    let home = Home::new();
    let source = generated(400);
    // Without a server named, nothing is said to one.
    home.ingest("run", &source.url());
    assert_eq!(runs_there(&server), (0, 0));
    let in_lake = row_counts(&home.lake())["careerpulse_ml.runs"] as usize;

    let first = server.run(&home, &["--json", "mlflow", "sync"]).succeeded();
    assert_eq!(first.json()[0]["runs"], in_lake + 1);
    assert_eq!(first.json()[0]["versions"], 1);
    let second = server.run(&home, &["--json", "mlflow", "sync"]).succeeded();
    assert_eq!(
        (&second.json()[0]["runs"], &second.json()[0]["versions"]),
        (&0.into(), &0.into())
    );
    assert_eq!(runs_there(&server), (in_lake + 1, in_lake + 1));
    assert_eq!(
        (versions_there(&server), alias(&server, "production")),
        (1, Some(1))
    );
    let status = server
        .run(&home, &["--json", "mlflow", "status"])
        .succeeded();
    assert_eq!(status.json()[0]["lacking"]["runs"], 0);

    // A second version, tracked as it is made.
    let mut again = server.command(&home, &["--quiet", "run", "--source", &source.url()]);
    ended(again.env("CAREERPULSE_TRAIN_K", "5")).succeeded();
    assert_eq!(versions_there(&server), 2);
    let (all, finished) = runs_there(&server);
    assert_eq!(all, finished);
    let force = ["promote", "--force", "--why", "to have two"];
    if production(&home) == 1 {
        server.run(&home, &force).succeeded();
    }
    assert_eq!(
        (production(&home), alias(&server, "production")),
        (2, Some(2))
    );

    // Somebody moves the alias in MLflow's pages.
    wait(async {
        server
            .client()
            .set_alias(MODEL, "production", 1)
            .await
            .unwrap();
    });
    let infer = server.run(&home, &["--json", "infer"]).succeeded();
    assert!(
        infer.stdout.contains("was moved to version 1"),
        "{infer:#?}"
    );
    assert_eq!(
        (production(&home), alias(&server, "production")),
        (1, Some(1))
    );
    let ledger = rows(
        &home.lake(),
        "select decided_by, version from careerpulse_ml.promotions order by decided_at desc limit 1",
    );
    assert_eq!(ledger[0]["decided_by"], "mlflow");
    // Twice is once.
    let decisions = row_counts(&home.lake())["careerpulse_ml.promotions"];
    server.run(&home, &["infer"]).succeeded();
    assert_eq!(
        row_counts(&home.lake())["careerpulse_ml.promotions"],
        decisions
    );

    // Somebody removes it.
    wait(async {
        server
            .client()
            .delete_alias(MODEL, "production")
            .await
            .unwrap();
    });
    server
        .run(&home, &["--quiet", "infer"])
        .failed_with(&["no alias production", "careerpulse mlflow sync"]);
    server.run(&home, &["mlflow", "sync"]).succeeded();
    assert_eq!(alias(&server, "production"), Some(1));
}

/// What the winner's run, the sweep's run and the model's files say is what the lake has.
fn assert_content(server: &Server, home: &Home) {
    let lake = home.lake();
    let version = rows(&lake, "select run_id, sweep_key, test_macro_f1, artifact_sha256 from careerpulse_ml.model_versions").remove(0);
    let row = rows(
        &lake,
        &format!(
            "select grouped_macro_f1_mean from careerpulse_ml.runs where run_id = {}",
            version["run_id"].to_string().replace('"', "'")
        ),
    )
    .remove(0);
    let text = |key: &str| version[key].as_str().unwrap().to_owned();
    wait(async {
        let client = server.client();
        let experiment = client.experiment("careerpulse", &[]).await.unwrap();
        let find = |key: String| {
            let (client, experiment) = (&client, &experiment);
            async move {
                let tag = filter::tag_is("careerpulse.run_key", &key).unwrap();
                client
                    .search_runs(experiment, &tag, &[])
                    .await
                    .unwrap()
                    .remove(0)
            }
        };
        let (winner, parent) = (find(text("run_id")).await, find(text("sweep_key")).await);
        assert_eq!(
            winner.tag("mlflow.parentRunId"),
            Some(parent.info.run_id.as_str())
        );
        let metric = |run: &careerpulse_mlflow::Run, key: &str| {
            run.metrics.iter().find(|m| m.key == key).map(|m| m.value)
        };
        assert_eq!(
            metric(&winner, "cv/grouped_macro_f1_mean"),
            row["grouped_macro_f1_mean"].as_f64()
        );
        for run in [&winner, &parent] {
            assert_eq!(
                metric(run, "test/macro_f1"),
                version["test_macro_f1"].as_f64()
            );
            assert_eq!(
                run.inputs[0].dataset.name,
                "careerpulse_gold.category_labeled_postings"
            );
        }
        assert!(parent.param("train.methods").unwrap().contains("tfidf"));
        let listed = client
            .list_artifacts(&winner.info.artifact_uri, "evaluation")
            .await
            .unwrap();
        let mut names: Vec<&str> = listed
            .iter()
            .map(|entry| entry.path.rsplit('/').next().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "accuracy_coverage.svg",
                "confusion_matrix.svg",
                "held_out_report.json",
                "report.json"
            ]
        );
        let model = client
            .logged_model(&winner.model_ids[0])
            .await
            .unwrap()
            .unwrap();
        let file = |path: &'static str| client.get_artifact(&model.artifact_uri, path);
        let bytes = file("data/model.bin").await.unwrap();
        assert_eq!(
            careerpulse_model::sha256_hex(&bytes),
            text("artifact_sha256")
        );
        let described: serde_json::Value =
            serde_json::from_slice(&file("MLmodel").await.unwrap()).unwrap();
        assert_eq!(
            described["flavors"]["python_function"]["loader_module"],
            "careerpulse.mlflow"
        );
        assert_eq!(described["model_id"], model.model_id);
        let card = String::from_utf8(file("README.md").await.unwrap()).unwrap();
        assert!(
            card.contains("## Data") && card.contains("## Scores") && card.contains("## Limits")
        );
    });
}

#[test]
fn a_sync_that_is_killed_at_any_call_ends_in_every_run_and_version_once() {
    let Some(server) = Server::start() else {
        return;
    };
    let home = Home::new();
    let source = generated(200);
    let mut run = home.command(&["--quiet", "run", "--source", &source.url()]);
    run.env("CAREERPULSE_TRAIN_METHODS", "tfidf")
        .env("CAREERPULSE_TRAIN_CLASSIFIERS", "knn")
        .env("CAREERPULSE_TRAIN_K", "3")
        .env("CAREERPULSE_TRAIN_WEIGHTS", "uniform");
    ended(&mut run).succeeded();
    // Killed as its n-th call has reached the server, or as it is about to; where the server was left
    // by one is where the next sets out, so that every call is a place to stop at and to begin from.
    let (mut call, mut killed) = (1, 0);
    loop {
        let mut ended_well = false;
        for reaches in [false, true] {
            let proxy = Proxy::start(&server.uri, call, reaches);
            let mut sync = home.command(&["--quiet", "mlflow", "sync"]);
            sync.env("MLFLOW_TRACKING_URI", &proxy.uri)
                .stdout(Stdio::null());
            let mut child = sync.spawn().unwrap();
            ended_well = !proxy.kill_in_time(&mut child);
            killed += u32::from(!ended_well);
        }
        if ended_well {
            break;
        }
        call += 1;
    }
    assert!(killed > 20, "only {killed} kills");
    server.run(&home, &["mlflow", "sync"]).succeeded();
    assert_eq!(runs_there(&server), (2, 2));
    assert_eq!(versions_there(&server), 1);
    assert_eq!(
        (alias(&server, "production"), alias(&server, "staging")),
        (Some(1), None)
    );
    assert_content(&server, &home);
}

#[test]
fn a_server_that_is_gone_costs_nothing_but_a_remark() {
    let home = Home::new();
    let source = generated(300);
    // A port that nothing listens on: it was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut run = home.command(&["--json", "run", "--source", &source.url()]);
    run.env("MLFLOW_TRACKING_URI", format!("http://127.0.0.1:{port}"));
    let run = ended(&mut run).succeeded();
    let note = |stage: &str| {
        let summary = run
            .json()
            .into_iter()
            .find(|line| line["stage"] == stage)
            .unwrap();
        summary["note"].as_str().unwrap_or_default().to_owned()
    };
    assert!(
        note("train").contains("careerpulse mlflow sync"),
        "{run:#?}"
    );
    assert!(row_counts(&home.lake())["careerpulse_inference.category_predictions"] > 0);
    let mut sync = home.command(&["--quiet", "mlflow", "sync"]);
    sync.env("MLFLOW_TRACKING_URI", format!("http://127.0.0.1:{port}"));
    ended(&mut sync).failed_with(&["no MLflow server answers", "careerpulse mlflow up"]);
    for (uri, part) in [
        ("file:./mlruns", "http"),
        ("http://", "MLflow"),
        ("https://u:p@host/", "host"),
    ] {
        let mut wrong = home.command(&["--quiet", "mlflow", "sync"]);
        let said = ended(wrong.env("MLFLOW_TRACKING_URI", uri)).failed_with(&[part]);
        assert!(!said.stderr.contains("u:p"), "{said:#?}");
    }
}
