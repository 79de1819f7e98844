//! `sample`: realistic generated postings as NDJSON.

use std::fs::File;
use std::io::{BufWriter, Write};

use careerpulse_replay::sample::{SampleParams, generate};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::args::SampleArgs;
use super::exit::Outcome;
use crate::error::UserError;

/// `careerpulse sample`.
pub fn sample(args: SampleArgs) -> anyhow::Result<Outcome> {
    let params = SampleParams {
        postings: args.postings,
        days: args.days,
        seed: args.seed,
        ..SampleParams::default()
    };
    if args.out.as_os_str() == "-" {
        drop(write_postings(&params, std::io::stdout().lock())?);
        return Ok(Outcome::Done);
    }
    let file = File::create(&args.out).map_err(|e| {
        UserError::new(format!(
            "cannot write {}: {e}; give --out a file in a folder that exists",
            args.out.display()
        ))
    })?;
    if args
        .out
        .extension()
        .is_some_and(|extension| extension == "gz")
    {
        write_postings(&params, GzEncoder::new(file, Compression::default()))?.finish()?;
    } else {
        write_postings(&params, file)?;
    }
    Ok(Outcome::Done)
}

fn write_postings<W: Write>(params: &SampleParams, out: W) -> anyhow::Result<W> {
    let mut out = BufWriter::new(out);
    for generated in generate(params).map_err(|e| UserError::new(e.to_string()))? {
        serde_json::to_writer(&mut out, &generated.posting).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?)
}
