//! The threads that work, made anew in a process that was forked from one that had them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::Python;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;

/// Runs `work` on our threads without Python's lock; what panics there comes back as an error.
///
/// Spark's workers and `multiprocessing` fork: the child has the parent's memory but none of its threads,
/// and would wait for them for ever. `RAYON_NUM_THREADS` says how many there are.
///
/// # Errors
/// As `work`; [`Error::Panicked`]; and where the system gives no threads.
pub fn off_lock<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    py.detach(|| {
        let threads = threads()?;
        catch_unwind(AssertUnwindSafe(|| threads.install(work))).unwrap_or(Err(Error::Panicked))
    })
}

struct Owned {
    process: u32,
    threads: Arc<ThreadPool>,
}

static THREADS: Mutex<Option<Owned>> = Mutex::new(None);

fn threads() -> Result<Arc<ThreadPool>, Error> {
    let process = std::process::id();
    let mut held = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(owned) = held.as_ref()
        && owned.process == process
    {
        return Ok(Arc::clone(&owned.threads));
    }
    let threads = ThreadPoolBuilder::new()
        .build()
        .map_err(|e| Error::Input(format!("the system gives no threads to work with: {e}")))?;
    let threads = Arc::new(threads);
    let ours = Owned {
        process,
        threads: Arc::clone(&threads),
    };
    // To end the parent's pool is to wait for threads that are not here.
    std::mem::forget(held.replace(ours));
    Ok(threads)
}
