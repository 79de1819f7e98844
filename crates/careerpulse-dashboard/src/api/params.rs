//! What requests ask by path and query, read strictly: what is not understood is said, never passed over.

use axum::extract::{FromRequestParts, Path};
use chrono::NaiveDate;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reply::format;
use crate::conditional::Now;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// The longest name that is looked up, in characters.
pub const MAX_NAME: usize = 200;

/// The most categories beside each other; more could not be told apart.
pub const MAX_BESIDE: usize = 12;

/// The query as a record.
pub struct Query<T>(pub T);

/// A category's name out of the path.
pub struct Name(pub String);

/// A number out of the path.
pub struct Id(pub i64);

/// How the answer of whatever has no other parameters is to be written.
pub struct Wish(pub Format);

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `application/json`
    Json,
    /// `text/csv`
    Csv,
}

/// The query of whatever has no parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The query of whatever is tabular.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Tabular {
    /// How the answer is written; without it the `Accept` header decides, and JSON where that does not.
    pub format: Option<Format>,
}

/// The query of the overview.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Beside {
    /// Categories whose series are given beside that of all postings, at most 12.
    #[serde(default)]
    #[param(max_items = 12)]
    pub category: Vec<String>,
    /// The first day of the series.
    pub from: Option<NaiveDate>,
    /// Their last day; before the first there are none.
    pub to: Option<NaiveDate>,
    /// How the answer is written; without it the `Accept` header decides, and JSON where that does not.
    pub format: Option<Format>,
}

/// The query of a series.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Days {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day; before the first there are none.
    pub to: Option<NaiveDate>,
    /// How the answer is written; without it the `Accept` header decides, and JSON where that does not.
    pub format: Option<Format>,
}

impl Beside {
    /// Errors where there are too many categories, or one that is too long for a name.
    pub fn check(&self) -> Result<(), Problem> {
        if self.category.len() > MAX_BESIDE {
            return Err(bad(format!(
                "At most {MAX_BESIDE} categories are shown beside each other."
            )));
        }
        let mut names = self.category.iter();
        names.try_for_each(|name| short("A category's name", name))
    }
}

impl Beside {
    /// The days that are asked for.
    pub fn days(&self) -> Days {
        Days {
            from: self.from,
            to: self.to,
            format: self.format,
        }
    }
}

impl Days {
    /// Whether a day is asked for.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query<T>, Problem> {
        // A form sends what was left empty as well; that is as good as left out.
        let query = parts.uri.query().unwrap_or_default().split('&');
        let given: Vec<&str> = query.filter(|pair| !pair.ends_with('=')).collect();
        let read = serde_html_form::from_str(&given.join("&"));
        read.map(Query).map_err(|error| {
            bad(format!(
                "The query is not understood: {error}. See /api/v1/docs for its parameters."
            ))
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Wish {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Wish, Problem> {
        let Query(asked) = Query::<Tabular>::from_request_parts(parts, state).await?;
        Ok(Wish(format(asked.format, &parts.headers)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Name, Problem> {
        let name = segment(parts, state).await?;
        short("The name in the path", &name)?;
        Ok(Name(name))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Id, Problem> {
        let text = segment(parts, state).await?;
        // A plus sign would be read as well, and be a second address of the same thing.
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let is_plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        let number = text.parse::<i64>().ok().filter(|_| is_plain);
        number.map(Id).ok_or_else(|| {
            bad("The path ends in what must be a whole number of 64 bits.".to_owned())
        })
    }
}

/// The request's snapshot; one of its own where no entity tag has needed one before.
impl FromRequestParts<AppState> for Now {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Now, Problem> {
        match parts.extensions.get::<Now>() {
            Some(now) => Ok(now.clone()),
            None => Ok(Now(state.source.snapshot().await?)),
        }
    }
}

/// A problem with a parameter.
pub fn bad(sentence: String) -> Problem {
    Problem::new(Kind::BadRequest, sentence)
}

/// Errors where words to look up are longer than any could be, or hold control characters.
pub fn short(what: &str, words: &str) -> Result<(), Problem> {
    if words.chars().count() > MAX_NAME {
        return Err(bad(format!("{what} has more than {MAX_NAME} characters.")));
    }
    if words.chars().any(|letter| letter.is_ascii_control()) {
        return Err(bad(format!("{what} holds control characters.")));
    }
    Ok(())
}

async fn segment<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<String, Problem> {
    let path = Path::<String>::from_request_parts(parts, state).await;
    let path =
        path.map_err(|_| bad("The path is not UTF-8 once its % signs are read.".to_owned()))?;
    Ok(path.0)
}
