//! MLflow as the second home, against a real server where `mlflow` is installed.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use careerpulse_mlflow::server::{MLFLOW_VARIABLE, find_mlflow};
use careerpulse_mlflow::{Client, Credentials, RunStatus, Settings, filter};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::support::{Ended, Home, ended, generated, row_counts, rows};

const MODEL: &str = "careerpulse-category";

/// A server that the binary has started in a home; it ends with the test.
struct Server {
    home: Home,
    mlflow: std::path::PathBuf,
    uri: String,
}

impl Server {
    /// `None`, said on stderr, where mlflow is not installed.
    fn start() -> Option<Server> {
        let Ok(mlflow) = find_mlflow() else {
            eprintln!("skipped: there is no mlflow in PATH or {MLFLOW_VARIABLE}");
            return None;
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
            .unwrap()
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
            .unwrap()
    });
    server
        .run(&home, &["--quiet", "infer"])
        .failed_with(&["no alias production", "careerpulse mlflow sync"]);
    server.run(&home, &["mlflow", "sync"]).succeeded();
    assert_eq!(alias(&server, "production"), Some(1));
}

#[test]
fn a_sync_that_is_killed_anywhere_ends_in_every_run_and_version_once() {
    let Some(server) = Server::start() else {
        return;
    };
    let home = Home::new();
    let source = generated(300);
    home.ingest("run", &source.url());
    let in_lake = row_counts(&home.lake())["careerpulse_ml.runs"] as usize;
    let mut random = ChaCha8Rng::seed_from_u64(17);
    let mut killed = 0;
    for _ in 0..12 {
        let moment = Duration::from_millis(random.random_range(100..900));
        let mut sync = server.command(&home, &["--quiet", "mlflow", "sync"]);
        killed += u32::from(kill_after(&mut sync.spawn().unwrap(), moment));
    }
    assert!(killed > 0, "every sync ended before it was killed");
    server.run(&home, &["mlflow", "sync"]).succeeded();
    assert_eq!(runs_there(&server), (in_lake + 1, in_lake + 1));
    assert_eq!(versions_there(&server), 1);
    assert_eq!(
        (alias(&server, "production"), alias(&server, "staging")),
        (Some(1), None)
    );
}

#[test]
fn a_server_that_is_gone_costs_nothing_but_a_remark() {
    let home = Home::new();
    let source = generated(300);
    // A port that nothing listens on: it was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
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

fn kill_after(child: &mut Child, moment: Duration) -> bool {
    let started = Instant::now();
    while started.elapsed() < moment {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        // The other process has no event to wait on.
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap().code().is_none()
}
