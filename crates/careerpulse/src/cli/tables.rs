//! `tables` and `sql`: the lake as it lies.

use std::collections::HashSet;
use std::io::{IsTerminal as _, Seek as _};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::util::pretty::pretty_format_batches;
use careerpulse_dashboard::csv::cell::no_formula;
use careerpulse_lake::query::write_parquet;
use careerpulse_lake::{Lake, LakeError};
use futures::TryStreamExt as _;
use serde_json::json;

use super::args::{Format, SqlArgs, TablesAction};
use super::exit::Outcome;
use super::guard::guard_existing;
use super::output::{grouped, print, print_json, safe, table};
use crate::config::Config;
use crate::error::UserError;

/// `careerpulse tables list|history|optimize|vacuum`.
pub async fn tables(action: TablesAction, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let lake = Lake::open(&config.lake)?;
    match action {
        TablesAction::List => list(&lake, json).await?,
        TablesAction::History { table } => history(&lake, &table, json).await?,
        TablesAction::Optimize { table } => {
            let _lock = guard_existing(&lake, "tables optimize", config.clock)?;
            for name in chosen(&lake, table)? {
                let (removed, added) = lake.optimize(&name).await?;
                if json {
                    print_json(
                        &json!({"table": name, "files_removed": removed, "files_added": added}),
                    )?;
                } else {
                    print(&format!("{name}: {removed} files rewritten as {added}\n"))?;
                }
            }
        }
        TablesAction::Vacuum { table, dry_run } => {
            let _lock = match dry_run {
                true => None,
                false => guard_existing(&lake, "tables vacuum", config.clock)?,
            };
            for name in chosen(&lake, table)? {
                let files = lake.vacuum(&name, dry_run).await?;
                if json {
                    print_json(&json!({"table": name, "dry_run": dry_run, "files": files}))?;
                } else {
                    let verb = if dry_run {
                        "would be removed"
                    } else {
                        "removed"
                    };
                    print(&format!("{name}: {} files {verb}\n", files.len()))?;
                }
            }
        }
    }
    Ok(Outcome::Done)
}

/// `careerpulse sql`.
pub async fn sql(args: SqlArgs, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let lake = Lake::open(&config.lake)?;
    let format = if json { Format::Json } else { args.format };
    if format == Format::Parquet && std::io::stdout().is_terminal() {
        return Err(UserError::new(
            "--format parquet writes a file: redirect stdout, as in `> result.parquet`",
        )
        .into());
    }
    let batches = lake.stream(&args.query).await?;
    match format {
        Format::Table => {
            let batches: Vec<RecordBatch> = batches.try_collect().await.map_err(query_failure)?;
            print(&(safe(&pretty_format_batches(&batches)?.to_string()) + "\n"))?;
        }
        Format::Parquet => {
            // The format ends with its index, so the file is made first and handed on whole.
            let mut file = tempfile::tempfile()?;
            write_parquet(batches, &mut file)
                .await
                .map_err(query_failure)?;
            file.rewind()?;
            std::io::copy(&mut file, &mut std::io::stdout().lock())?;
        }
        Format::Json | Format::Csv => {
            let mut batches = batches;
            let mut is_first = true;
            while let Some(batch) = batches.try_next().await.map_err(query_failure)? {
                let text = if format == Format::Json {
                    json_lines(&batch)?
                } else {
                    csv(&batch, is_first)?
                };
                // Descriptions hold what a file keeps and a terminal would obey.
                match std::io::stdout().is_terminal() {
                    true => print(&safe(&text))?,
                    false => print(&text)?,
                }
                is_first = false;
            }
        }
    }
    Ok(Outcome::Done)
}

/// A query that plans and then fails, such as a division by zero, is the user's.
fn query_failure(error: LakeError) -> anyhow::Error {
    match error {
        LakeError::Engine { detail, .. } => UserError::new(format!(
            "the query failed: {detail}; correct it and run it again"
        ))
        .into(),
        other => other.into(),
    }
}

async fn list(lake: &Lake, json: bool) -> anyhow::Result<()> {
    let infos = lake.table_infos().await?;
    if json {
        return infos.iter().try_for_each(print_json);
    }
    if infos.is_empty() {
        return print(&format!(
            "no table in {} yet: `careerpulse run` or `careerpulse demo` makes them\n",
            lake.location()
        ));
    }
    let rows: Vec<Vec<String>> = infos
        .iter()
        .map(|info| {
            vec![
                info.table.clone(),
                info.version.to_string(),
                grouped(info.rows),
                info.files.to_string(),
                format!("{:.1}", info.bytes as f64 / 1_048_576.0),
            ]
        })
        .collect();
    print(&table(&["table", "version", "rows", "files", "MiB"], &rows))
}

async fn history(lake: &Lake, name: &str, json: bool) -> anyhow::Result<()> {
    let commits = lake.history(name).await?;
    if json {
        return commits.iter().try_for_each(print_json);
    }
    let rows: Vec<Vec<String>> = commits
        .iter()
        .map(|commit| {
            vec![
                commit.version.to_string(),
                commit
                    .at
                    .map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M:%S").to_string()),
                commit.operation.clone(),
                commit.rows.map_or_else(String::new, grouped),
            ]
        })
        .collect();
    print(&table(&["version", "at (UTC)", "operation", "rows"], &rows))
}

fn chosen(lake: &Lake, table: Option<String>) -> anyhow::Result<Vec<String>> {
    match table {
        Some(table) => Ok(vec![table]),
        None => Ok(lake
            .tables()?
            .into_iter()
            .map(|(schema, table)| format!("{schema}.{table}"))
            .collect()),
    }
}

fn json_lines(batch: &RecordBatch) -> anyhow::Result<String> {
    let mut names = HashSet::new();
    if let Some(field) = batch
        .schema()
        .fields()
        .iter()
        .find(|field| !names.insert(field.name().clone()))
    {
        return Err(UserError::new(format!(
            "two columns are called `{}`, and a JSON object has room for one: name them apart with AS",
            field.name()
        ))
        .into());
    }
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(String::from_utf8(writer.into_inner())?)
}

fn csv(batch: &RecordBatch, with_header: bool) -> anyhow::Result<String> {
    let nested = batch
        .schema()
        .fields()
        .iter()
        .find(|field| field.data_type().is_nested())
        .cloned();
    if let Some(field) = nested {
        return Err(UserError::new(format!(
            "column `{}` is nested and CSV is flat: select its parts, or use --format json",
            field.name()
        ))
        .into());
    }
    let mut bytes = Vec::new();
    arrow::csv::WriterBuilder::new()
        .with_header(with_header)
        .build(&mut bytes)
        .write(&without_formulas(batch)?)?;
    Ok(String::from_utf8(bytes)?)
}

/// The rows with texts that no spreadsheet reckons: titles and names are strangers' words.
fn without_formulas(batch: &RecordBatch) -> anyhow::Result<RecordBatch> {
    let columns = batch.columns().iter().map(|column| {
        if !column.data_type().is_string() {
            return Ok(Arc::clone(column));
        }
        let texts = cast(column, &DataType::Utf8)?;
        let texts = texts.as_string::<i32>().iter();
        let marked: StringArray = texts.map(|text| text.map(no_formula)).collect();
        Ok(Arc::new(marked) as ArrayRef)
    });
    let columns: Vec<ArrayRef> = columns.collect::<anyhow::Result<_>>()?;
    let names = batch.schema_ref().fields().iter().map(|field| field.name());
    Ok(RecordBatch::try_from_iter(names.zip(columns))?)
}
