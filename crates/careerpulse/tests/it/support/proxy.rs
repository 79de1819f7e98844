//! A server in between that stops at a chosen call, so that a command can be killed there.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// Passes calls on to a server, up to one at which it says that it is time.
pub struct Proxy {
    /// Its address.
    pub uri: String,
    is_time: Arc<AtomicBool>,
}

impl Proxy {
    /// Stops at the `last` call: before it is passed on, or, if it `reaches`, before its answer is.
    pub fn start(server: &str, last: u32, reaches: bool) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}", listener.local_addr().unwrap());
        let is_time = Arc::new(AtomicBool::new(false));
        let target = server.trim_start_matches("http://").to_owned();
        let (count, told) = (Arc::new(AtomicU32::new(0)), Arc::clone(&is_time));
        std::thread::spawn(move || {
            for caller in listener.incoming() {
                let (Ok(caller), Ok(server)) = (caller, TcpStream::connect(&target)) else {
                    break;
                };
                let (count, told) = (Arc::clone(&count), Arc::clone(&told));
                std::thread::spawn(move || pass(caller, server, last, reaches, &count, &told));
            }
        });
        Proxy { uri, is_time }
    }

    /// Kills a command (SIGKILL) as soon as it is time; false if it ended before that.
    pub fn kill_in_time(&self, child: &mut Child) -> bool {
        while !self.is_time.load(Ordering::SeqCst) {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return false;
            }
            // Two processes and a thread: there is no one event to wait on.
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        true
    }
}

/// One connection; a call begins with its method, and the client sends one after another.
fn pass(
    mut caller: TcpStream,
    mut server: TcpStream,
    last: u32,
    reaches: bool,
    count: &AtomicU32,
    is_time: &Arc<AtomicBool>,
) {
    let (mut answers, mut back) = (server.try_clone().unwrap(), caller.try_clone().unwrap());
    let silent = Arc::clone(is_time);
    std::thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(read @ 1..) = answers.read(&mut buffer) {
            if silent.load(Ordering::SeqCst) || back.write_all(&buffer[..read]).is_err() {
                return;
            }
        }
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut buffer = [0; 65_536];
    while let Ok(read @ 1..) = caller.read(&mut buffer) {
        let methods: [&[u8]; 5] = [b"GET /", b"POST /", b"PUT /", b"PATCH /", b"DELETE /"];
        let begins = methods
            .iter()
            .any(|method| buffer[..read].starts_with(method));
        let is_last = begins && count.fetch_add(1, Ordering::SeqCst) + 1 == last;
        if is_last && !reaches {
            is_time.store(true, Ordering::SeqCst);
            return;
        }
        if is_last {
            is_time.store(true, Ordering::SeqCst);
        }
        if server.write_all(&buffer[..read]).is_err() {
            return;
        }
    }
}
