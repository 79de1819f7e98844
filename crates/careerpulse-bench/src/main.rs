//! Our side of `just bench` and `just bench-encoder`; scripts in `bench/` run it beside the Python stack.
//!
//! ```text
//! careerpulse-bench prepare --size N --seed S --to FOLDER   writes the data that both sides read
//! careerpulse-bench work TASK --data FOLDER --answers FOLDER   obeys orders on stdin, see `desk`
//! careerpulse-bench corrected --postings N --days D --seed S   hides categories and counts them again
//! careerpulse-bench tasks     names the tasks, one a line
//! careerpulse-bench weights   names the folder of the encoder's weights, if they are there
//! careerpulse-bench precisions   says which precisions of the encoder this processor has, as JSON
//! careerpulse-bench peak      measures what one core does at most, as JSON
//! ```

mod args;
mod arrays;
mod corrected;
mod cpu;
mod desk;
mod encoder;
mod peak;
mod prepare;
mod project;
mod tasks;

use std::fs;
use std::io::{self, BufReader, Write};

use anyhow::{Context, Result};

use args::{Command, parse};
use desk::Desk;

fn main() -> Result<()> {
    let mut out = io::stdout().lock();
    match parse(std::env::args().skip(1))? {
        Command::Prepare { size, seed, to } => prepare::prepare(size, seed, &to),
        Command::Work {
            task,
            data,
            answers,
        } => {
            fs::create_dir_all(&answers).with_context(|| format!("making {answers:?}"))?;
            tasks::find(&task)?(&mut Desk {
                data: &data,
                answers: &answers,
                orders: &mut BufReader::new(io::stdin()),
                replies: &mut out,
            })
        }
        Command::Corrected {
            postings,
            days,
            seed,
        } => corrected::corrected(postings, days, seed, &mut out),
        Command::Tasks => {
            for (name, _) in tasks::TASKS {
                writeln!(out, "{name}")?;
            }
            Ok(())
        }
        Command::Weights => {
            if let Some(found) = careerpulse_embed::weights::locate(None) {
                writeln!(out, "{}", found.dir.display())?;
            }
            Ok(())
        }
        Command::Precisions => Ok(writeln!(out, "{}", encoder::precisions())?),
        Command::Peak => Ok(writeln!(out, "{}", peak::peak())?),
    }
}
