//! Recorded crawls: each id once in Silver, every page byte for byte in Bronze.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use careerpulse_model::sha256_hex;

use crate::support::{Home, Row, count, invented_crawl, recorded, rows, workspace};

fn pages_of(crawl: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(crawl).expect("the crawl's folder can be listed");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("a page can be read"))
        .collect()
}

/// The distinct ids on the pages that are JSON.
fn ids_of(pages: &[Vec<u8>]) -> BTreeSet<u64> {
    let read = |page: &Vec<u8>| serde_json::from_slice::<serde_json::Value>(page).ok();
    let pages = pages.iter().filter_map(read);
    pages
        .flat_map(|page| page["results"].as_array().cloned().unwrap_or_default())
        .filter_map(|posting| posting["id"].as_u64())
        .collect()
}

/// Ingests both crawls one after the other and returns the distinct ids they hold.
fn ingest_both(home: &Home, crawls: [&Path; 2]) -> usize {
    let mut received: Vec<Vec<u8>> = Vec::new();
    for crawl in crawls {
        let source = recorded(crawl);
        home.ingest("run", &source.url());
        received.extend(pages_of(crawl));
    }
    let stored = rows(
        &home.lake(),
        "select payload, payload_sha256 from careerpulse_bronze.muse_pages where slice = 'all'",
    );
    let text =
        |row: &Row, column: &str| row[column].as_str().expect("the column is text").to_owned();
    let mut payloads: Vec<Vec<u8>> = stored
        .iter()
        .map(|row| text(row, "payload").into_bytes())
        .collect();
    let hashes: BTreeSet<String> = stored
        .iter()
        .map(|row| text(row, "payload_sha256"))
        .collect();
    for page in &received {
        assert!(hashes.contains(&sha256_hex(page)));
    }
    let ids = ids_of(&received);
    payloads.sort();
    received.sort();
    assert!(
        payloads == received,
        "Bronze holds other pages than were served"
    );

    let held: BTreeSet<u64> = rows(
        &home.lake(),
        "select posting_id from careerpulse_silver.job_postings",
    )
    .iter()
    .filter_map(|row| row["posting_id"].as_u64())
    .collect();
    assert_eq!(held, ids);
    assert_eq!(
        count(&home.lake(), "careerpulse_silver.job_postings"),
        ids.len() as u64
    );
    ids.len()
}

#[test]
fn the_invented_crawls_give_each_id_once_and_keep_every_byte() {
    let home = Home::new();
    let (first, second) = (invented_crawl("2024-01-01"), invented_crawl("2024-01-02"));
    assert_eq!(ingest_both(&home, [&first, &second]), 56);
    let lake = home.lake();
    assert_eq!(
        count(
            &lake,
            "careerpulse_silver.job_postings where category is null"
        ),
        10
    );
    assert_eq!(count(&lake, "careerpulse_silver.rejects"), 0);
    // First seen counts: the second crawl gives this posting another date.
    let dates = rows(
        &lake,
        "select publication_date from careerpulse_silver.job_postings where posting_id = 9000035",
    );
    assert_eq!(dates.len(), 1);
    let first_page = String::from_utf8(pages_of(&first).concat()).expect("the pages are UTF-8");
    let date = dates[0]["publication_date"]
        .as_str()
        .expect("the posting has a date");
    assert!(first_page.contains(&date[..16]), "{date}");
}

/// Recorded postings that may lie beside the repository; they are never part of it.
fn beside_the_repository(name: &str) -> Result<PathBuf, String> {
    let beside = workspace().parent().unwrap_or(Path::new("/"));
    let path = beside.join("shared/muse").join(name);
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("{} is not there", path.display()))
    }
}

#[test]
fn real_crawls_give_each_id_once_and_keep_every_byte() {
    let pages = match beside_the_repository("pages") {
        Ok(pages) => pages,
        Err(why) => return eprintln!("skipped: {why}"),
    };
    let crawls = std::fs::read_dir(&pages).expect("the crawls can be listed");
    let mut crawls: Vec<PathBuf> = crawls
        .filter_map(|crawl| Some(crawl.ok()?.path()))
        .collect();
    crawls.sort();
    let [first, second, ..] = &crawls[..] else {
        eprintln!("skipped: {} holds fewer than two crawls", pages.display());
        return;
    };
    assert!(ingest_both(&Home::new(), [first, second]) > 20);
}

#[test]
fn real_postings_all_arrive_and_the_unlabelled_are_imputed() {
    let postings = match beside_the_repository("postings.ndjson.gz") {
        Ok(postings) => postings,
        Err(why) => return eprintln!("skipped: {why}"),
    };
    let (home, source) = (Home::new(), recorded(&postings));
    home.ingest("run", &source.url());
    let lake = home.lake();
    assert_eq!(count(&lake, "careerpulse_silver.job_postings"), 1_366);
    assert_eq!(
        count(
            &lake,
            "careerpulse_silver.job_postings where category is null"
        ),
        18
    );
    let imputed = "careerpulse_inference.category_predictions p join careerpulse_silver.job_postings j \
                   on p.posting_id = j.posting_id where j.category is null";
    assert_eq!(count(&lake, imputed), 18);
}
