//! The user's mistakes, kept apart from ours: they decide the exit status and who is asked to act.

/// Something only the user can put right, said in one sentence with the remedy; exit status 1.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct UserError {
    message: String,
}

impl UserError {
    /// A mistake in the words that the user will read.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// What is wrong with a TOML text, and on which line, as part of one sentence: the parser's own
/// words draw the place over several lines.
pub fn toml_reason(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().replace('\n', "; ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message,
    }
}
