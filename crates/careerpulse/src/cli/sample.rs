//! `sample`: realistic generated postings as NDJSON, all at once or day by day.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use careerpulse_replay::sample::{Postings, SampleParams, generate};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::args::SampleArgs;
use super::exit::Outcome;
use super::world::{life_of, sample_params};
use crate::error::UserError;

/// `careerpulse sample`.
pub fn sample(args: SampleArgs) -> anyhow::Result<Outcome> {
    let params = sample_params(args.postings, args.seed, &args.world)?;
    match (&args.out, &args.snapshots, args.from, args.to) {
        (Some(out), ..) => write_file(&params, out)?,
        (None, Some(folder), Some(from), Some(to)) => {
            life_of(params, args.lifetime)?
                .write_snapshots(folder, from, to)
                .map_err(|e| UserError::new(e.to_string()))?;
        }
        _ => {
            return Err(UserError::new(
                "give --out FILE, or --snapshots FOLDER with --from DAY and --to DAY",
            )
            .into());
        }
    }
    Ok(Outcome::Done)
}

fn write_file(params: &SampleParams, out: &Path) -> anyhow::Result<()> {
    // Before the file is made, so that a mistake in the parameters leaves none behind.
    let postings = generate(params).map_err(|e| UserError::new(e.to_string()))?;
    if out.as_os_str() == "-" {
        drop(write_postings(postings, std::io::stdout().lock())?);
        return Ok(());
    }
    let file = File::create(out).map_err(|e| {
        UserError::new(format!(
            "cannot write {}: {e}; give --out a file in a folder that exists",
            out.display()
        ))
    })?;
    if out.extension().is_some_and(|extension| extension == "gz") {
        write_postings(postings, GzEncoder::new(file, Compression::default()))?.finish()?;
    } else {
        write_postings(postings, file)?;
    }
    Ok(())
}

fn write_postings<W: Write>(postings: Postings, out: W) -> anyhow::Result<W> {
    let mut out = BufWriter::new(out);
    for generated in postings {
        serde_json::to_writer(&mut out, &generated.posting).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?)
}
