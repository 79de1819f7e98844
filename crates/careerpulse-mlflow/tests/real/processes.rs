//! The server as processes: one a port, none left behind.

use std::path::Path;

use careerpulse_mlflow::server::{self, ServerSettings};
use careerpulse_mlflow::{Client, Credentials, MlflowError, Settings};

/// The second start, on a database that is there, and what is left when its first process is
/// killed: a worker that still answers.
pub async fn a_worker_without_its_parent_is_ended(settings: &ServerSettings) {
    let begun = std::time::Instant::now();
    let running = server::start(settings).await.unwrap();
    eprintln!("again after {:.1} s", begun.elapsed().as_secs_f64());
    let client = Client::new(&running.uri, Credentials::none(), Settings::default()).unwrap();
    let name = "careerpulse's category";
    assert!(
        client.registered_model(name).await.unwrap().is_some(),
        "it was kept"
    );
    let pid = rustix::process::Pid::from_raw(i32::try_from(running.pid).unwrap());
    rustix::process::kill_process(pid.unwrap(), rustix::process::Signal::KILL).unwrap();
    server::stop(&settings.folder).await.unwrap();
    nothing_is_left(running.pid, &settings.folder);
}

/// A port that a server has is not given to another.
pub async fn a_taken_port_is_told(settings: &ServerSettings, uri: &str, home: &Path) {
    let port = uri.rsplit(':').next().unwrap().parse().unwrap();
    let other = ServerSettings {
        port,
        folder: home.join("other"),
        ..settings.clone()
    };
    let error = server::start(&other).await.unwrap_err();
    assert!(
        matches!(error, MlflowError::PortTaken { port: p } if p == port),
        "{error}"
    );
}

/// A host name that the server does not know is refused with the remedy: the address of loopback
/// in another family's spelling.
pub async fn foreign_host(uri: &str) {
    let port = uri.rsplit(':').next().unwrap();
    let host = format!("[::ffff:7f00:1]:{port}");
    let uri = format!("http://{host}");
    let once = Settings {
        attempts: 1,
        ..Settings::default()
    };
    let client = Client::new(&uri, Credentials::none(), once).unwrap();
    match client.run("r").await {
        Err(error @ MlflowError::HostCheck { .. }) => {
            let host = format!("--allowed-hosts {host}");
            assert!(error.to_string().contains(&host), "{error}");
        }
        // Where the system has no IPv6.
        Err(MlflowError::Unreachable { .. }) => {}
        other => panic!("{other:?}"),
    }
}

/// No process has the folder of the server in its environment or its command line.
pub fn nothing_is_left(pid: u32, folder: &Path) {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return;
    };
    let marks = [folder.to_string_lossy().into_owned(), format!(" {pid} ")];
    for process in processes.flatten() {
        let path = process.path();
        let own = std::process::id().to_string();
        if process.file_name().to_string_lossy() == own {
            continue;
        }
        let environ = std::fs::read(path.join("environ")).unwrap_or_default();
        let environ = String::from_utf8_lossy(&environ);
        assert!(!environ.contains(&marks[0]), "{} is left", path.display());
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let is_dead = stat.contains(") Z ");
        assert!(is_dead || !stat.contains(&marks[1]), "{stat} is left");
    }
}
