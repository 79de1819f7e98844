//! What was computed of tables, kept until one of them changes, and computed once however many ask.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use careerpulse_dashboard::source::SourceError;
use careerpulse_lake::Stamp;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};

/// Parts with an argument, such as a posting's id, that are kept: the ones asked for last.
const WITH_ARGUMENT: usize = 128;

/// States of a part that are kept: what is shown, and what will be when it is whole.
const STATES: usize = 2;

/// Parts of views by name and argument, each of one state of the tables that it was read from.
#[derive(Default)]
pub struct Cache {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    parts: HashMap<Key, Vec<Part>>,
    asked: u64,
}

/// Which part, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The part's name; one name is one type.
    pub name: &'static str,
    /// What it is about; empty where there is one of it.
    pub argument: String,
}

struct Part {
    stamps: Vec<Option<Stamp>>,
    coming: Coming,
    asked: u64,
}

type Coming = Shared<BoxFuture<'static, Result<Arc<dyn Any + Send + Sync>, Arc<SourceError>>>>;

impl Cache {
    /// The part of these states of its tables: the one that is kept or under way, or else `make`'s.
    ///
    /// It is computed by a task of its own, so that whoever goes away early leaves it to the others. The
    /// state that was not asked for the longest gives way to it; a failure is not kept.
    ///
    /// # Errors
    /// As `make`.
    pub async fn part<T, F>(
        &self,
        key: Key,
        stamps: Vec<Option<Stamp>>,
        make: impl FnOnce() -> F,
    ) -> Result<Arc<T>, SourceError>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, SourceError>> + Send + 'static,
    {
        let coming = self.coming(&key, stamps, make);
        match coming.clone().await {
            Ok(part) => part
                .downcast()
                .map_err(|_| SourceError::Failed(format!("two kinds of {}", key.name).into())),
            Err(why) => {
                self.forget(&key, &coming);
                Err(again(&why))
            }
        }
    }

    fn coming<T, F>(
        &self,
        key: &Key,
        stamps: Vec<Option<Stamp>>,
        make: impl FnOnce() -> F,
    ) -> Coming
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, SourceError>> + Send + 'static,
    {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.asked += 1;
        let asked = kept.asked;
        let states = kept.parts.entry(key.clone()).or_default();
        if let Some(part) = states.iter_mut().find(|part| part.stamps == stamps) {
            part.asked = asked;
            return part.coming.clone();
        }
        let task = tokio::spawn(make());
        let coming = async move {
            match task.await {
                Ok(Ok(part)) => Ok(Arc::new(part) as Arc<dyn Any + Send + Sync>),
                Ok(Err(why)) => Err(Arc::new(why)),
                Err(ended) => Err(Arc::new(SourceError::Failed(Box::new(ended)))),
            }
        };
        let coming = coming.boxed().shared();
        states.sort_by_key(|part| std::cmp::Reverse(part.asked));
        states.truncate(STATES - 1);
        states.push(Part {
            stamps,
            coming: coming.clone(),
            asked,
        });
        kept.make_room();
        coming
    }

    fn forget(&self, key: &Key, failed: &Coming) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(states) = kept.parts.get_mut(key) {
            states.retain(|part| !part.coming.ptr_eq(failed));
        }
    }
}

impl Kept {
    fn make_room(&mut self) {
        let with_argument = |key: &&Key| !key.argument.is_empty();
        while self.parts.keys().filter(with_argument).count() > WITH_ARGUMENT {
            let parts = self.parts.iter().filter(|(key, _)| with_argument(key));
            let Some((oldest, _)) = parts.min_by_key(|(_, states)| last_asked(states)) else {
                return;
            };
            let oldest = oldest.clone();
            self.parts.remove(&oldest);
        }
    }
}

fn last_asked(states: &[Part]) -> u64 {
    states.iter().map(|part| part.asked).max().unwrap_or(0)
}

/// The same failure for each who waited.
fn again(why: &Arc<SourceError>) -> SourceError {
    match &**why {
        SourceError::NotFound(words) => SourceError::NotFound(words.clone()),
        SourceError::NotYet(words) => SourceError::NotYet(words.clone()),
        SourceError::Invalid(words) => SourceError::Invalid(words.clone()),
        SourceError::Failed(_) => SourceError::Failed(Box::new(Together(Arc::clone(why)))),
    }
}

/// A failure that several waited for, in the words of its cause.
#[derive(Debug)]
struct Together(Arc<SourceError>);

impl std::fmt::Display for Together {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.0 {
            SourceError::Failed(cause) => cause.fmt(f),
            other => other.fmt(f),
        }
    }
}

impl std::error::Error for Together {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn key(argument: usize) -> Key {
        Key {
            name: "test",
            argument: argument.to_string(),
        }
    }

    #[tokio::test]
    async fn a_hundred_who_ask_at_once_have_it_computed_once() {
        let (cache, made) = (Cache::default(), Arc::new(AtomicUsize::new(0)));
        let asking = (0..100).map(|_| {
            let made = Arc::clone(&made);
            cache.part(key(0), Vec::new(), move || async move {
                tokio::task::yield_now().await;
                Ok(made.fetch_add(1, Ordering::SeqCst))
            })
        });
        let found = futures::future::join_all(asking).await;
        assert!(found.iter().all(|part| **part.as_ref().unwrap() == 0));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn another_state_is_computed_anew_and_a_failure_is_tried_again() {
        let cache = Cache::default();
        let ask = async |stamps: Vec<Option<Stamp>>, value: Result<u8, SourceError>| {
            cache
                .part(key(0), stamps, move || async move { value })
                .await
        };
        assert_eq!(*ask(Vec::new(), Ok(1)).await.unwrap(), 1);
        assert_eq!(*ask(Vec::new(), Ok(2)).await.unwrap(), 1);
        assert_eq!(*ask(vec![None], Ok(3)).await.unwrap(), 3);
        assert_eq!(*ask(Vec::new(), Ok(4)).await.unwrap(), 1, "both are kept");
        assert_eq!(*ask(vec![None; 2], Ok(5)).await.unwrap(), 5);
        assert_eq!(*ask(vec![None], Ok(6)).await.unwrap(), 6, "one gave way");
        let gone = Err(SourceError::NotFound("gone".into()));
        assert!(ask(vec![None; 3], gone).await.is_err());
        assert_eq!(*ask(vec![None; 3], Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn of_parts_with_an_argument_the_last_ones_are_kept() {
        let cache = Cache::default();
        for argument in 0..WITH_ARGUMENT + 10 {
            let made = cache.part(key(argument), Vec::new(), || async { Ok(()) });
            made.await.unwrap();
        }
        let kept = cache.kept.lock().unwrap();
        assert_eq!(kept.parts.len(), WITH_ARGUMENT);
        assert!(!kept.parts.contains_key(&key(9)) && kept.parts.contains_key(&key(10)));
    }
}
