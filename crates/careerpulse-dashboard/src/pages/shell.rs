//! What all pages share: the frame around them, and what stands in their place.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{assets, words};
use crate::source::SourceError;

/// The frame of a page.
pub struct Shell {
    /// What the page is about.
    pub title: String,
    /// The address of its entry in the navigation.
    pub here: &'static str,
}

/// An entry of the navigation.
pub struct Entry {
    /// Where it leads.
    pub address: &'static str,
    /// Its words.
    pub name: &'static str,
}

/// The navigation, in order.
pub const NAVIGATION: [Entry; 6] = [
    Entry {
        address: "/",
        name: "Overview",
    },
    Entry {
        address: "/imputation",
        name: "Imputation",
    },
    Entry {
        address: "/try",
        name: "Try it",
    },
    Entry {
        address: "/models",
        name: "Models",
    },
    Entry {
        address: "/monitoring",
        name: "Monitoring",
    },
    Entry {
        address: "/pipeline",
        name: "Pipeline",
    },
];

/// The frame of a page about `title` under the entry `here`.
pub fn shell(title: impl Into<String>, here: &'static str) -> Shell {
    Shell {
        title: title.into(),
        here,
    }
}

/// The address of a style sheet or script, for templates.
pub fn asset(name: &str) -> &'static str {
    assets::address(name)
}

/// A template as an answer.
pub fn page(template: &impl Template) -> Response {
    html(StatusCode::OK, template)
}

/// What stands in a page's place where there is nothing to show.
///
/// What is not there *yet* is an empty state and no error: it says what to run.
pub fn instead(here: &'static str, error: &SourceError) -> Response {
    let (status, title, sentence) = match error {
        SourceError::NotYet(words) => (StatusCode::OK, "Nothing here yet", words.clone()),
        SourceError::NotFound(words) => (StatusCode::NOT_FOUND, "Not found", words.clone()),
        SourceError::Invalid(words) => (
            StatusCode::BAD_REQUEST,
            "That cannot be asked",
            words.clone(),
        ),
        SourceError::Failed(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The lake could not be read",
            "The log of `careerpulse serve` says why. Loading the page again reads the lake anew."
                .to_owned(),
        ),
    };
    let notice = Notice {
        shell: shell(title, here),
        parts: with_commands(&words::passage(&sentence)),
    };
    html(status, &notice)
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice {
    shell: Shell,
    /// Stretches of the sentence, and whether each is a command.
    parts: Vec<(bool, String)>,
}

fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(body) => {
            let kind = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "private, no-cache"),
            ];
            (status, kind, body).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A sentence cut at its back ticks: what stands between them is a command.
fn with_commands(words: &str) -> Vec<(bool, String)> {
    let parts = words.split('`').enumerate();
    parts
        .map(|(place, part)| (place % 2 == 1, part.to_owned()))
        .filter(|(_, part)| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_words() {
        let parts = with_commands("Run `careerpulse run` first.");
        let commands: Vec<_> = parts.iter().filter(|part| part.0).collect();
        assert_eq!(commands, [&(true, "careerpulse run".to_owned())]);
        assert_eq!(parts.len(), 3);
    }
}
