//! The binary, run in an empty home with nothing of the caller's environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder that is home, working folder and, under `lake`, the lake of one test.
pub struct Home {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit status; `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Home {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Home { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn lake(&self) -> PathBuf {
        self.path("lake")
    }

    /// The binary with these arguments, not yet started; a small sweep, and no encoder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_careerpulse"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("CAREERPULSE_FEATURES_ENCODER", "off")
            .env("CAREERPULSE_TRAIN_METHODS", "tfidf,combined")
            .env("CAREERPULSE_TRAIN_CLASSIFIERS", "knn,linear_svm")
            .env("CAREERPULSE_TRAIN_K", "3,7")
            .env("CAREERPULSE_TRAIN_TITLE_REPEATS", "2")
            .env("CAREERPULSE_TRAIN_C", "1")
            .env("CAREERPULSE_TRAIN_EXTRA_FEATURES", "false")
            .env("CAREERPULSE_GOLD_MIN_CATEGORY_POSTINGS", "3")
            // Most tests are of training, not of when it is worth it.
            .env("CAREERPULSE_RETRAIN_ALWAYS", "true")
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        ended(&mut self.command(args))
    }

    /// Runs the binary, which must exit 0.
    #[track_caller]
    pub fn succeed(&self, args: &[&str]) -> Ended {
        self.run(args).succeeded()
    }

    /// `run` or another command that takes `--source`, which must exit 0.
    #[track_caller]
    pub fn ingest(&self, command: &str, source: &str) -> Ended {
        self.succeed(&[command, "--source", source])
    }

    /// Writes a file into the home.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let parent = path.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(parent).expect("a folder can be made in the home");
        std::fs::write(&path, bytes).expect("a file can be written in the home");
        path
    }
}

impl Ended {
    /// Itself, if the exit status is 0.
    #[track_caller]
    pub fn succeeded(self) -> Ended {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Itself, if it ended as the user's mistake ends: exit 1, nothing on stdout, one line on
    /// stderr with all of `parts` in it.
    #[track_caller]
    pub fn failed_with(self, parts: &[&str]) -> Ended {
        assert_eq!(self.code, Some(1), "{self:#?}");
        assert_eq!(self.stdout, "", "{self:#?}");
        let said: Vec<&str> = self.stderr.lines().collect();
        assert_eq!(said.len(), 1, "one sentence: {self:#?}");
        assert!(said[0].starts_with("careerpulse: "), "{self:#?}");
        for part in parts {
            assert!(said[0].contains(part), "`{part}` is missing: {self:#?}");
        }
        for word in ["panicked", "unexpected:", "Error(", "Err("] {
            assert!(!self.stderr.contains(word), "`{word}`: {self:#?}");
        }
        self
    }

    /// The JSON objects on stdout, one a line.
    #[track_caller]
    pub fn json(&self) -> Vec<serde_json::Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }
}

/// Runs a command to its end.
pub fn ended(command: &mut Command) -> Ended {
    let output = command.output().expect("the command can be started");
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}
