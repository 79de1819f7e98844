//! What can go wrong with MLflow, each in one sentence that ends in what to do.

use std::path::PathBuf;

/// A failure of a call, or of the local server. `server` is the server's address, `call` the path
/// of the call; words of the server's are bounded and stripped of control characters.
#[derive(Debug, thiserror::Error)]
pub enum MlflowError {
    /// The address is none that a client can use.
    #[error("{uri} is no MLflow server's address: {reason}")]
    BadAddress {
        /// The address as given, without what stands before an `@`.
        uri: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The environment's credentials cannot be sent.
    #[error("MLflow's credentials cannot be used: {reason}")]
    BadCredentials {
        /// What is wrong, and what to do; never a secret.
        reason: String,
    },
    /// The HTTP library could not be set up.
    #[error(
        "no HTTP client can be made here ({reason}): check the system's certificates and proxy settings"
    )]
    Setup {
        /// The library's words.
        reason: String,
    },
    /// A value that the server would refuse, cut or drop; nothing was sent.
    #[error("{what} cannot be sent to MLflow: {reason}")]
    BadValue {
        /// What it is, with its key.
        what: String,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// Nobody answers at the address.
    #[error(
        "no MLflow server answers at {server} ({reason}): start one (`careerpulse mlflow up`), or correct tracking.uri"
    )]
    Unreachable {
        /// The server's address.
        server: String,
        /// The network's words.
        reason: String,
    },
    /// The connection ended before the answer was complete.
    #[error(
        "the connection to {server} broke during {call} ({reason}): run again once the server is well"
    )]
    Broken {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// The network's words.
        reason: String,
    },
    /// The answer took too long.
    #[error(
        "{server} has not answered {call} within {seconds} s: look at the server's log and load, then run again"
    )]
    Timeout {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// How long it was waited for.
        seconds: f64,
    },
    /// Something answers, but not as MLflow does.
    #[error(
        "{server} does not answer {call} as MLflow does ({found}): give the address of an MLflow server of version 3, with its path prefix if it has one"
    )]
    NotMlflow {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// What came instead.
        found: String,
    },
    /// An MLflow that knows no logged models.
    #[error("{server} is MLflow {version}, and version 3 or later is needed: update the server")]
    TooOld {
        /// The server's address.
        server: String,
        /// Its version.
        version: String,
    },
    /// The server refuses the host name it is asked by.
    #[error(
        "the MLflow server at {server} does not serve the host name {host}: start it with `--allowed-hosts {host}`"
    )]
    HostCheck {
        /// The server's address.
        server: String,
        /// The name, with its port where it has one.
        host: String,
    },
    /// The server wants to know who asks, or does not let them.
    #[error(
        "{server} refuses {call} (HTTP {status}): set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, of someone who may do that"
    )]
    Unauthorized {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// 401 or 403.
        status: u16,
    },
    /// What was asked for is not there.
    #[error(
        "MLflow found nothing for {call} ({message}): was it deleted, or is it on another server?"
    )]
    NotFound {
        /// The call.
        call: String,
        /// The server's words.
        message: String,
    },
    /// What was to be created is there.
    #[error("MLflow has what {call} was to create ({message}): use it, or choose another name")]
    AlreadyExists {
        /// The call.
        call: String,
        /// The server's words.
        message: String,
    },
    /// The server refuses the request.
    #[error("MLflow refuses {call} with {code} ({message}): correct that and run again")]
    Invalid {
        /// The call.
        call: String,
        /// MLflow's code, such as `INVALID_PARAMETER_VALUE`, else `HTTP 4xx`.
        code: String,
        /// The server's words.
        message: String,
    },
    /// The server fails, or is too busy.
    #[error("{server} failed at {call} (HTTP {status}{message}): look at its log and run again")]
    Server {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// The status, 429 or from 500.
        status: u16,
        /// A colon and the server's words, or nothing.
        message: String,
    },
    /// An answer that cannot be read.
    #[error(
        "the answer of {server} to {call} cannot be read ({reason}): is something between here and there that changes answers?"
    )]
    Malformed {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An answer beyond the bound.
    #[error(
        "the answer of {server} to {call} is longer than {limit} bytes: ask for less, or raise the bound in the settings"
    )]
    TooLarge {
        /// The server's address.
        server: String,
        /// The call.
        call: String,
        /// The bound.
        limit: usize,
    },
    /// A call that creates something new each time was sent, and its answer was lost.
    #[error(
        "it is not known whether {call} was carried out, so it was not repeated: look for what it creates before calling again ({cause})"
    )]
    Uncertain {
        /// The call.
        call: String,
        /// What came instead of the answer.
        cause: Box<MlflowError>,
    },
    /// The server does not keep artifacts itself.
    #[error(
        "artifacts at {uri} cannot be reached through the server: start it with `--serve-artifacts` and use a new experiment"
    )]
    NotServed {
        /// The artifact address the server gave.
        uri: String,
    },
    /// There is no `mlflow` to start.
    #[error(
        "{reason}: install it (`pip install mlflow`, version 3 or later), or name the program in CAREERPULSE_MLFLOW"
    )]
    NotInstalled {
        /// Where was looked.
        reason: String,
    },
    /// Another program listens on the port.
    #[error(
        "port {port} of 127.0.0.1 is taken by another program: choose another one, or stop that program"
    )]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The server ended, or did not come up in time.
    #[error("the MLflow server did not start ({reason}): its log is {}{last_words}", log.display())]
    NotStarted {
        /// What happened.
        reason: String,
        /// The log file.
        log: PathBuf,
        /// A colon and the log's end, or nothing.
        last_words: String,
    },
    /// The server's processes outlive every signal.
    #[error("the MLflow server of process group {pid} does not end: end it by hand")]
    NotStopped {
        /// The process group.
        pid: u32,
    },
    /// Processes cannot be led here.
    #[error(
        "a local MLflow server is started on Linux and macOS only: start `mlflow server` yourself and set tracking.uri"
    )]
    Unsupported,
    /// A file or folder of the local server.
    #[error("{} cannot be used for the MLflow server ({detail}): give this user access there, or choose another folder", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        detail: String,
    },
}
