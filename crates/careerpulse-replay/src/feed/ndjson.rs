//! Postings from a file of one JSON value a line, plain or gzipped.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use bytes::Bytes;
use chrono::NaiveDate;
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::{Feed, FeedError, read_error};
use crate::lifetime::{Lifetimes, day_of};

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Reads every line as one posting; blank lines are skipped.
pub(super) fn read(path: &Path) -> Result<Feed, FeedError> {
    let mut feed = Feed::default();
    read_lines(path, |text, value| {
        feed.push(Bytes::copy_from_slice(text), &value);
    })?;
    Ok(feed)
}

/// Reads the postings shown on a day, the newest first and those without a date last.
pub(super) fn read_on(
    path: &Path,
    day: NaiveDate,
    lifetimes: &Lifetimes,
) -> Result<Feed, FeedError> {
    let mut shown = Vec::new();
    read_lines(path, |text, value| {
        let moment = value["publication_date"].as_str().unwrap_or_default();
        let published = day_of(moment);
        let id = value["id"].to_string();
        if published.is_none_or(|published| lifetimes.shows(&id, published, day)) {
            let moment = published.map(|_| moment.to_owned());
            shown.push((moment, Bytes::copy_from_slice(text)));
        }
    })?;
    // Stable, so that postings of the same moment keep their order.
    shown.sort_by(|(one, _), (other, _)| other.cmp(one));
    let mut feed = Feed::default();
    for (_, text) in shown {
        // Read a second time, because the texts alone take a fraction of the memory.
        let value =
            serde_json::from_slice(&text).map_err(|error| read_error(path, error.into()))?;
        feed.push(text, &value);
    }
    Ok(feed)
}

/// Hands every line's text and value to `each`.
fn read_lines(path: &Path, mut each: impl FnMut(&[u8], Value)) -> Result<(), FeedError> {
    let mut reader = open(path).map_err(|source| read_error(path, source))?;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = reader
            .read_until(b'\n', &mut line)
            .map_err(|source| read_error(path, source))?;
        if read == 0 {
            break;
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        let value = serde_json::from_slice(text).map_err(|error| FeedError::Line {
            path: path.to_owned(),
            line: number,
            reason: error.to_string(),
        })?;
        each(text, value);
    }
    Ok(())
}

fn open(path: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    file.by_ref().take(2).read_to_end(&mut start)?;
    let zipped = start == GZIP_MAGIC;
    let whole = Cursor::new(start).chain(file);
    Ok(if zipped {
        Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(whole))))
    } else {
        Box::new(BufReader::new(whole))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn plain_and_gzipped_files_give_the_same_texts() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"{\"id\": 1,  \"name\":\"a\"}\r\n\n{\"id\":2}";
        let plain = folder.path().join("postings.ndjson");
        std::fs::write(&plain, text).unwrap();
        let zipped = folder.path().join("named-otherwise");
        let mut encoder =
            flate2::write::GzEncoder::new(File::create(&zipped).unwrap(), Default::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap();

        for path in [&plain, &zipped] {
            let feed = read(path).unwrap();
            assert_eq!(
                feed.postings,
                [&b"{\"id\": 1,  \"name\":\"a\"}"[..], b"{\"id\":2}"]
            );
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.ndjson");
        std::fs::write(&path, "{\"id\":1}\n\n{\"id\":").unwrap();
        let message = read(&path).unwrap_err().to_string();
        assert!(message.starts_with("line 3 of "), "{message}");
        assert!(message.contains("bad.ndjson"), "{message}");
    }

    #[test]
    fn a_torn_gzip_file_is_an_error_not_a_short_feed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("torn.gz");
        std::fs::write(&path, [0x1f, 0x8b, 8, 0, 0, 0]).unwrap();
        assert!(matches!(read(&path), Err(FeedError::Read { .. })));
    }
}
