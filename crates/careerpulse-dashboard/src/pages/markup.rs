//! Markup that is ours: times, bars, isolated names, and postings' HTML once it is sanitised.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::figures;
use crate::sanitise::sanitised;

/// HTML that a template writes as it is; only this room makes it.
#[derive(Debug, Clone, Default)]
pub struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A day with its machine-readable form.
pub fn day(day: NaiveDate) -> Markup {
    Markup(format!(
        "<time datetime=\"{day}\">{}</time>",
        figures::date(day)
    ))
}

/// A minute with its machine-readable form; a script may add how long ago that was.
pub fn moment(at: DateTime<Utc>) -> Markup {
    let machine = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    Markup(format!(
        "<time datetime=\"{machine}\">{}</time>",
        figures::moment(at)
    ))
}

/// A day, or a dash.
pub fn day_or_dash(date: Option<NaiveDate>) -> Markup {
    date.map_or_else(dash, day)
}

/// A minute, or a dash.
pub fn moment_or_dash(at: Option<DateTime<Utc>>) -> Markup {
    at.map_or_else(dash, moment)
}

/// What stands where nothing is known.
pub fn dash() -> Markup {
    Markup(figures::UNKNOWN.to_owned())
}

/// A bar of a share's length; the share itself stands beside it in words.
pub fn bar(share: f64, class: &'static str) -> Markup {
    let width = if share.is_finite() {
        share.clamp(0.0, 1.0) * 100.0
    } else {
        0.0
    };
    Markup(format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">\
         <rect class=\"rail\" width=\"100\" height=\"10\"/><rect class=\"{class}\" width=\"{width:.2}\" height=\"10\"/></svg>"
    ))
}

/// An SVG that this crate drew; every text in it went through [`escape`].
pub fn drawing(svg: String) -> Markup {
    Markup(svg)
}

/// A value as a script block's JSON: no `<` is left that could end the block.
pub fn json(value: &impl serde::Serialize) -> Markup {
    let text = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    Markup(text.replace('<', "\\u003c"))
}

/// Text within an element or an attribute in double quotes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A posting's HTML with only text, paragraphs, emphasis, items and links left.
///
/// Headings and lists become plain blocks: a stranger's headings and stray items would break the
/// page's own outline.
pub fn posting(html: &str) -> Markup {
    // The sanitiser writes tags without attributes in one spelling and escapes every other `<`.
    let mut clean = sanitised(html)
        .replace("nofollow\"></a>", "nofollow\">(link)</a>")
        .replace("<li>", "<div class=\"item\">")
        .replace("</li>", "</div>");
    for list in ["<ul>", "</ul>", "<ol>", "</ol>"] {
        clean = clean.replace(list, "");
    }
    for level in 1..=6 {
        clean = clean
            .replace(&format!("<h{level}>"), "<div class=\"heading\">")
            .replace(&format!("</h{level}>"), "</div>");
    }
    Markup(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_html_becomes_inert_text() {
        let hostile = "<h1 onclick=x()>Hi</h1><script>alert(1)</script><img src=x onerror=alert(1)>\
            <a href=\"javascript:alert(1)\">a</a><a href=https://e.org style=color:red>b</a><a href=http://e.org></a>\
            <li>one &#x202e;two<iframe srcdoc=x></iframe><svg><style><img src=x onerror=y>";
        let shown = posting(hostile).to_string();
        for word in [
            "script", "onerror", "onclick", "<img", "style", "iframe", "<svg", "\u{202e}", "<li",
            "<h1",
        ] {
            assert!(!shown.contains(word), "{word} in {shown}");
        }
        assert!(shown.contains("<div class=\"heading\">Hi</div>"), "{shown}");
        assert!(
            shown.contains("rel=\"noopener noreferrer nofollow\">b</a>"),
            "{shown}"
        );
        assert!(shown.contains("(link)"), "{shown}");
    }

    #[test]
    fn json_cannot_end_its_block() {
        let text = json(&"</script><!--").to_string();
        assert!(!text.contains('<'), "{text}");
    }
}
