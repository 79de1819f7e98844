//! The five ways employers' systems write HTML, entities included.

use std::fmt::Write as _;

use rand::{Rng, RngExt};

/// A piece of a posting's text, before markup.
#[derive(Debug, Clone)]
pub(super) enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<String>),
}

/// How an employer's system writes HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `div`, `p`, `ul` and `strong`, as an editor makes them.
    Clean,
    /// Plain text with `br` between the lines.
    Breaks,
    /// Nested spans with style attributes, as pasted from a word processor.
    Spans,
    /// Entities escaped twice.
    TwiceEscaped,
    /// Headings, tables and nested lists with stray white space.
    Soup,
}

/// Every style, so that employers can be spread over them.
pub(super) const STYLES: [Style; 5] = [
    Style::Clean,
    Style::Breaks,
    Style::Spans,
    Style::TwiceEscaped,
    Style::Soup,
];

/// Writes the blocks as HTML of the given style.
pub(super) fn render(blocks: &[Block], style: Style, rng: &mut impl Rng) -> String {
    let mut out = String::with_capacity(6_000);
    out.push_str(match style {
        Style::Clean => "<div>",
        Style::Spans => "<div class=\"content-intro\" style=\"text-align: left;\">",
        Style::Soup => "\n  <h2>&nbsp;</h2>\r\n",
        Style::Breaks | Style::TwiceEscaped => "",
    });
    for block in blocks {
        match block {
            Block::Heading(text) => heading(&mut out, text, style),
            Block::Paragraph(text) => paragraph(&mut out, text, style, rng),
            Block::List(items) => list(&mut out, items, style, rng),
        }
    }
    if matches!(style, Style::Clean | Style::Spans) {
        out.push_str("</div>");
    }
    out
}

fn heading(out: &mut String, text: &str, style: Style) {
    let (open, close) = match style {
        Style::Clean => ("<p><strong>", "</strong></p>"),
        Style::Breaks => ("<br><br><b>", "</b><br>"),
        Style::Spans => (
            "<p style=\"margin: 0px;\"><span style=\"font-size: 12pt;\"><strong><u>",
            "</u></strong></span></p>",
        ),
        Style::TwiceEscaped => ("<h3>", "</h3>"),
        Style::Soup => ("\n\n<h2 >", "&nbsp;</h2>\n"),
    };
    wrap(out, text, style, open, close);
}

fn paragraph(out: &mut String, text: &str, style: Style, rng: &mut impl Rng) {
    let (open, close) = match style {
        Style::Clean => ("<p>", "</p>"),
        Style::Breaks => ("", "<br><br>"),
        Style::Spans => (
            "<p style=\"margin: 0px;\"><span style=\"font-size: 11pt;\"><span style=\"color: #333333;\">",
            "</span></span></p><p>&#160;</p>",
        ),
        Style::TwiceEscaped => ("<p>", "</p>&amp;nbsp;"),
        Style::Soup if rng.random_bool(0.4) => (
            "<table>\n<tbody>\n<tr>\n<td>\u{a0}",
            " </td>\n</tr>\n</tbody>\n</table>\n\n",
        ),
        Style::Soup => ("<p >\t", "   \n</p>\n <p>&nbsp; </p>\n"),
    };
    wrap(out, text, style, open, close);
}

fn list(out: &mut String, items: &[String], style: Style, rng: &mut impl Rng) {
    let (start, open, close, end) = match style {
        Style::Clean => ("<ul>", "<li>", "</li>", "</ul>"),
        Style::Breaks if rng.random_bool(0.5) => ("", "\u{b7} ", "<br>", "<br>"),
        Style::Breaks => ("", "- ", "<br>", "<br>"),
        Style::Spans => (
            "<ul style=\"list-style-type: disc;\">",
            "<li style=\"font-size: 11pt;\"><span style=\"color: #333333;\">",
            "</span></li>",
            "</ul>",
        ),
        Style::TwiceEscaped => ("<ul>", "<li><p>", "</p></li>", "</ul>&amp;nbsp;"),
        Style::Soup => ("\n<ul>\n <ul>\n", "  <li>  ", "\n", " </ul></ul>\n"),
    };
    out.push_str(start);
    for item in items {
        wrap(out, item, style, open, close);
    }
    out.push_str(end);
}

fn wrap(out: &mut String, text: &str, style: Style, open: &str, close: &str) {
    out.push_str(open);
    escape(out, text, style);
    out.push_str(close);
}

fn escape(out: &mut String, text: &str, style: Style) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str(match style {
                Style::Breaks => "&",
                Style::Spans => "&#38;",
                Style::TwiceEscaped => "&amp;amp;",
                Style::Clean | Style::Soup => "&amp;",
            }),
            '\'' => out.push_str(match style {
                Style::Breaks => "\u{2019}",
                Style::Clean => "&rsquo;",
                Style::Spans => "&#8217;",
                Style::TwiceEscaped => "&amp;rsquo;",
                Style::Soup => "&#39;",
            }),
            // Word processors turn such pauses into dashes held by hard spaces.
            ';' if style == Style::Soup => out.push_str("&nbsp;&ndash;"),
            other if style == Style::Spans && !other.is_ascii() => {
                // Writing into a String cannot fail.
                let _ = write!(out, "&#{};", u32::from(other));
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn each_style_has_its_own_marks() {
        let blocks = [
            Block::Heading("R&D".into()),
            Block::Paragraph("We're here".into()),
            Block::List(vec!["one".into(), "two".into()]),
        ];
        let marks = [
            "<strong>R&amp;D",
            "<b>R&D",
            "R&#38;D",
            "&amp;rsquo;",
            "<h2 >",
        ];
        for (style, mark) in STYLES.into_iter().zip(marks) {
            let html = render(&blocks, style, &mut ChaCha8Rng::seed_from_u64(1));
            assert!(html.contains(mark), "{style:?}: {html}");
            assert!(html.contains("one") && html.contains("two"));
        }
    }
}
