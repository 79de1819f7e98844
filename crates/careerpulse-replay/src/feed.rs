//! The feed: the postings and recorded pages that the server hands out, held once.

mod dated;
mod index;
mod ndjson;
mod pages;

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::NaiveDate;
use serde::Serialize;

use crate::envelope::ITEMS_PER_PAGE;
use crate::lifetime::Lifetimes;
use crate::query::Filters;
use index::Index;

/// What is served: postings in feed order and, where the source was a folder of
/// recorded pages, those pages as they were received.
///
/// Every posting is kept as the text it arrived in, so what goes out equals what
/// came in; a posting from a recorded page is a slice of that page, not a copy.
#[derive(Debug, Default)]
pub struct Feed {
    postings: Vec<Bytes>,
    recorded: Vec<Bytes>,
    index: Index,
}

/// What a page of the feed consists of.
#[derive(Debug)]
pub(crate) enum Page<'a> {
    /// A body that was recorded, to be sent byte for byte.
    Recorded(&'a Bytes),
    /// At most 20 postings, of `matching` in all, to be put in an envelope.
    Postings {
        matching: usize,
        texts: Vec<&'a Bytes>,
    },
}

/// Why a feed could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The file or folder could not be read.
    #[error("cannot read {path}: {source}; check that it exists and may be read", path = path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system (or the gzip decoder) said.
        source: io::Error,
    },
    /// A line of an NDJSON file is not JSON.
    #[error(
        "line {line} of {path} is not JSON ({reason}); each line must hold one whole posting, so repair or remove it",
        path = path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// The folder holds no recorded page.
    #[error(
        "{path} holds no recorded page and no dated snapshot; pages are files named page000.json, page001.json, …, \
         and snapshots are files named 2026-06-10.ndjson(.gz) or folders of pages named 2026-06-10",
        path = path.display()
    )]
    NoPages {
        /// The folder.
        path: PathBuf,
    },
    /// The folder's pages are of one crawl, so they say nothing of a day.
    #[error(
        "{path} holds the pages of one crawl, which cannot be shown as of {day}; put it into a folder under the \
         name of its day and give that folder, or leave the day out",
        path = path.display()
    )]
    NotDated {
        /// The folder.
        path: PathBuf,
        /// The day asked for.
        day: NaiveDate,
    },
    /// All snapshots are of later days.
    #[error("{path} holds no snapshot of {day} or before; its first is of {first}", path = path.display())]
    NoSnapshotYet {
        /// The folder.
        path: PathBuf,
        /// The day asked for.
        day: NaiveDate,
        /// The day of the first snapshot.
        first: NaiveDate,
    },
    /// Two snapshots are of the same day.
    #[error("{path} holds two snapshots of {day}; keep one of them", path = path.display())]
    SnapshotTwice {
        /// The folder.
        path: PathBuf,
        /// The day.
        day: NaiveDate,
    },
    /// The recorded pages are not numbered 0, 1, 2, …
    #[error(
        "page {expected} is missing or there twice in {path} (the next file there is {found}); number the pages 0, 1, 2, … without holes",
        path = path.display()
    )]
    PageNumbers {
        /// The folder.
        path: PathBuf,
        /// The number that should have come next.
        expected: u64,
        /// The file that came instead.
        found: String,
    },
    /// A generated posting could not be written as JSON.
    #[error("posting {position} of the generated feed cannot be written as JSON: {reason}")]
    Posting {
        /// Its position, counted from 0.
        position: usize,
        /// What the serializer said.
        reason: String,
    },
}

impl Feed {
    /// Opens `path`: a folder of recorded pages (`pageN.json`, any width, numbered
    /// from 0 without holes; other files are ignored), a folder of dated snapshots (then the
    /// newest, see [`Feed::open_on`]), or a file of postings, one JSON value a line, plain or
    /// gzipped (told by its first bytes, not its name).
    ///
    /// A recorded page that is not JSON, or has no `results`, is served as it is and
    /// adds no postings to filtered queries. In an NDJSON file blank lines are
    /// skipped and any JSON value counts as a posting.
    ///
    /// # Errors
    /// [`FeedError`] where something can't be read, a line is not JSON, a folder has
    /// no pages, or their numbers have a hole.
    pub fn open(path: &Path) -> Result<Feed, FeedError> {
        if !is_folder(path)? {
            return ndjson::read(path);
        }
        match pages::read(path) {
            Err(FeedError::NoPages { .. }) => open_snapshot(path, None),
            read => read,
        }
    }

    /// Opens `path` as of the end of a day.
    ///
    /// Of a file of postings, those published by then and still open, which `lifetimes`
    /// decides, the newest first; a posting whose publication date cannot be read is shown on
    /// every day, after the others. Of a folder of dated snapshots (`2026-06-10.ndjson`, the same with
    /// `.gz`, or folders `2026-06-10` of recorded pages; anything else is ignored) the latest
    /// one not after the day, as it is.
    ///
    /// # Errors
    /// Those of [`Feed::open`], and [`FeedError`] where the folder's first snapshot is of a later
    /// day, two are of the same, or it is a folder of undated pages.
    pub fn open_on(path: &Path, day: NaiveDate, lifetimes: &Lifetimes) -> Result<Feed, FeedError> {
        if !is_folder(path)? {
            return ndjson::read_on(path, day, lifetimes);
        }
        match open_snapshot(path, Some(day)) {
            Err(FeedError::NoPages { .. }) if pages::read(path).is_ok() => {
                Err(FeedError::NotDated {
                    path: path.to_owned(),
                    day,
                })
            }
            read => read,
        }
    }

    /// A feed of generated postings, in the order given.
    ///
    /// # Errors
    /// [`FeedError::Posting`] where one cannot be written as JSON (a map with keys
    /// that are no strings, say).
    pub fn from_postings<T: Serialize>(
        postings: impl IntoIterator<Item = T>,
    ) -> Result<Feed, FeedError> {
        let mut feed = Feed::default();
        for (position, posting) in postings.into_iter().enumerate() {
            let failed = |error: serde_json::Error| FeedError::Posting {
                position,
                reason: error.to_string(),
            };
            let raw = serde_json::to_vec(&posting).map_err(failed)?;
            let value = serde_json::from_slice(&raw).map_err(failed)?;
            feed.push(Bytes::from(raw), &value);
        }
        Ok(feed)
    }

    /// The number of postings; a recorded folder's are counted once for each id.
    pub fn len(&self) -> usize {
        self.postings.len()
    }

    /// Whether there is no posting at all.
    pub fn is_empty(&self) -> bool {
        self.postings.is_empty()
    }

    /// The number of recorded pages; 0 for a feed that was not recorded.
    pub fn recorded_pages(&self) -> usize {
        self.recorded.len()
    }

    /// Page `number` of the postings that match. Where nothing is filtered, recorded
    /// pages stand as they are, and after the last of them there is nothing.
    pub(crate) fn page(&self, filters: &Filters, number: u64) -> Page<'_> {
        let size = ITEMS_PER_PAGE as usize;
        let start = usize::try_from(number.saturating_mul(ITEMS_PER_PAGE)).unwrap_or(usize::MAX);
        let Some(positions) = self.index.matching(filters) else {
            let recorded = usize::try_from(number).ok();
            if let Some(page) = recorded.and_then(|number| self.recorded.get(number)) {
                return Page::Recorded(page);
            }
            let unrecorded = if self.recorded.is_empty() { size } else { 0 };
            return Page::Postings {
                matching: self.postings.len(),
                texts: self.postings.iter().skip(start).take(unrecorded).collect(),
            };
        };
        let window = positions.iter().skip(start).take(size);
        Page::Postings {
            matching: positions.len(),
            texts: window.filter_map(|&at| self.postings.get(at)).collect(),
        }
    }

    /// Adds a posting: its text, and the same parsed, for the index.
    fn push(&mut self, raw: Bytes, value: &serde_json::Value) {
        self.index.add(self.postings.len(), value);
        self.postings.push(raw);
    }
}

fn is_folder(path: &Path) -> Result<bool, FeedError> {
    let metadata = std::fs::metadata(path).map_err(|source| read_error(path, source))?;
    Ok(metadata.is_dir())
}

fn open_snapshot(folder: &Path, day: Option<NaiveDate>) -> Result<Feed, FeedError> {
    let Some(path) = dated::find(folder, day)? else {
        return Err(FeedError::NoPages {
            path: folder.to_owned(),
        });
    };
    if is_folder(&path)? {
        pages::read(&path)
    } else {
        ndjson::read(&path)
    }
}

fn read_error(path: &Path, source: io::Error) -> FeedError {
    FeedError::Read {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn after_the_last_recorded_page_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let results: Vec<_> = (0..25)
            .map(|id| json!({"id": id, "company": {"name": "A"}}))
            .collect();
        let page = json!({"results": results}).to_string();
        std::fs::write(folder.path().join("page0.json"), &page).unwrap();
        let feed = Feed::open(folder.path()).unwrap();

        let unfiltered = Filters::default();
        assert!(matches!(feed.page(&unfiltered, 0), Page::Recorded(body) if *body == page));
        for beyond in [1, 2, u64::MAX] {
            let Page::Postings { matching, texts } = feed.page(&unfiltered, beyond) else {
                panic!("page {beyond} was never recorded");
            };
            assert_eq!((matching, texts.len()), (25, 0));
        }
        let filtered = Filters {
            companies: vec!["A".to_owned()],
            ..Filters::default()
        };
        assert!(
            matches!(feed.page(&filtered, 1), Page::Postings { matching: 25, texts } if texts.len() == 5)
        );
    }

    #[test]
    fn generated_postings_keep_their_text() {
        #[derive(Serialize)]
        struct Posting {
            name: &'static str,
            id: u8,
        }
        let feed = Feed::from_postings([Posting { name: "é", id: 1 }]).unwrap();
        assert_eq!(feed.postings, ["{\"name\":\"é\",\"id\":1}"]);
    }
}
