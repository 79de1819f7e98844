//! An expectation's SQL made ready to be evaluated, once, so that judging a batch costs no planning.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;

use super::{Expectation, QUARANTINE};
use crate::error::LakeError;

/// Longer than any expression that a person writes, and short enough for the parser's stack.
const MAX_CHARACTERS: usize = 2_000;

/// An expectation that can be evaluated.
pub(super) struct Rule {
    pub(super) expectation: Expectation,
    holds: Arc<dyn PhysicalExpr>,
}

impl Rule {
    /// Parses and types the expression over the table's columns.
    pub(super) fn new(ctx: &SessionContext, expectation: Expectation) -> Result<Self, LakeError> {
        let holds = plan(ctx, &expectation).map_err(|reason| invalid(&expectation, &reason))?;
        Ok(Self { expectation, holds })
    }

    /// Which rows break the expectation: those for which it is false, not those for which it is null.
    pub(super) fn broken(&self, batch: &RecordBatch) -> Result<BooleanArray, LakeError> {
        let failed = |e: DataFusionError| {
            self.invalid(&format!(
                "it cannot be worked out for every row ({}): let it be null there, as by try_cast or nullif",
                words(&e)
            ))
        };
        let held = self.holds.evaluate(batch).map_err(failed)?;
        let held = held.into_array(batch.num_rows()).map_err(failed)?;
        let broken = arrow::compute::not(held.as_boolean()).map_err(|e| failed(e.into()))?;
        Ok(if broken.null_count() > 0 {
            prep_null_mask_filter(&broken)
        } else {
            broken
        })
    }

    pub(super) fn invalid(&self, reason: &str) -> LakeError {
        invalid(&self.expectation, reason)
    }
}

fn invalid(expectation: &Expectation, reason: &str) -> LakeError {
    LakeError::Expectation {
        table: expectation.table.full_name(),
        name: expectation.name.clone(),
        reason: reason.to_owned(),
    }
}

fn plan(ctx: &SessionContext, expectation: &Expectation) -> Result<Arc<dyn PhysicalExpr>, String> {
    let Expectation { table, holds, .. } = expectation;
    if (table.schema, table.name) == (QUARANTINE.schema, QUARANTINE.name) {
        return Err("rows in quarantine are kept as they are: expect it of another table".into());
    }
    if holds.chars().count() > MAX_CHARACTERS {
        return Err(format!(
            "it is longer than {MAX_CHARACTERS} characters: make several of it"
        ));
    }
    let schema = table.arrow_schema();
    let columns = DFSchema::try_from(schema.clone()).map_err(|e| words(&e))?;
    let expr = ctx
        .parse_sql_expr(holds, &columns)
        .map_err(|e| format!("{}; write an SQL expression over its columns", words(&e)))?;
    if let Some(stranger) = stranger_in(&expr) {
        return Err(format!(
            "{stranger}: it goes by one row alone, which is true or false of it whenever it is asked"
        ));
    }
    let planned = ctx
        .create_physical_expr(expr, &columns)
        .map_err(|e| format!("{}; write an SQL expression over its columns", words(&e)))?;
    // What fails for no row at all, as a broken pattern does, fails for every one.
    planned
        .evaluate(&RecordBatch::new_empty(schema.clone()))
        .map_err(|e| format!("{}; correct the expression", words(&e)))?;
    match planned.data_type(&schema) {
        Ok(DataType::Boolean) => Ok(planned),
        Ok(other) => Err(format!(
            "it is of type {other}, neither true nor false: compare it with something"
        )),
        Err(e) => Err(words(&e)),
    }
}

/// What does not follow from one row, if the expression holds such a thing.
fn stranger_in(expr: &Expr) -> Option<String> {
    let mut found = None;
    let looked = expr.apply(|part| {
        found = match part {
            Expr::Exists(_)
            | Expr::InSubquery(_)
            | Expr::SetComparison(_)
            | Expr::ScalarSubquery(_) => Some("it holds a query".to_owned()),
            Expr::AggregateFunction(call) => {
                Some(format!("{} is about many rows", call.func.name()))
            }
            Expr::WindowFunction(call) => Some(format!("{} is about many rows", call.fun.name())),
            Expr::ScalarFunction(call)
                if call.func.signature().volatility != Volatility::Immutable =>
            {
                Some(format!(
                    "{} changes from moment to moment",
                    call.func.name()
                ))
            }
            Expr::Placeholder(_) | Expr::ScalarVariable(..) => {
                Some("it holds a variable".to_owned())
            }
            _ => None,
        };
        Ok(if found.is_some() {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    });
    looked.err().map(|e| words(&e)).or(found)
}

/// The engine's words in one bounded line.
fn words(error: &DataFusionError) -> String {
    let text = match error.find_root() {
        DataFusionError::SQL(parser, _) => parser.to_string(),
        _ => error.strip_backtrace(),
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(300).collect();
    short.trim_end_matches('.').to_owned()
}
