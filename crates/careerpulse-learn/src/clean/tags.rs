//! Markup out of text, one scan.

use std::borrow::Cow;

/// What may happen to the two ends of text where a tag between them is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    /// They join: `<b>R</b>&amp;D` is one word.
    Free,
    /// They join unless that would make a tag or an entity, then a space parts them.
    Guarded,
}

/// Whether `text` holds a `<` that could open a tag.
pub fn may_hold_tags(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices('<').any(|(at, _)| opens_tag(bytes, at))
}

/// `text` without tags, comments and the bodies of `<script>` and `<style>`.
pub fn strip(text: &str, joins: Joins) -> Cow<'_, str> {
    let Some(first) = text.find('<') else {
        return Cow::Borrowed(text);
    };
    let mut scan = Scan {
        text,
        out: String::with_capacity(text.len()),
        joins,
        open_ended: OpenEnded::default(),
    };
    scan.out.push_str(&text[..first]);
    scan.run(first);
    Cow::Owned(scan.out)
}

struct Scan<'t> {
    text: &'t str,
    out: String,
    joins: Joins,
    open_ended: OpenEnded,
}

/// Searches that once ran to the end of the text and must not run again.
///
/// Without this memory `<!--<!--<!--` or `<a ='>' <a ='>' ` would take quadratic time.
#[derive(Default)]
struct OpenEnded {
    tag: bool,
    quotes: bool,
    comment: bool,
    script: bool,
    style: bool,
}

impl<'t> Scan<'t> {
    /// Takes the text from `at` on, which is at a `<`.
    fn run(&mut self, mut at: usize) {
        let text = self.text;
        // Set after markup was dropped: the next text is joined to what came before.
        let mut joined = false;
        while at < text.len() {
            let markup = match opens_tag(text.as_bytes(), at) {
                true => self.markup(at),
                false => None,
            };
            if let Some(markup) = markup {
                at = markup.end;
                joined = true;
                if markup.block {
                    self.out.push(' ');
                }
                continue;
            }
            // A `<` that opens nothing is text, and so is all up to the next one.
            let next = at + usize::from(text.as_bytes()[at] == b'<');
            let end = text[next..]
                .find('<')
                .map_or(text.len(), |found| next + found);
            self.push_text(&text[at..end], joined);
            joined = false;
            at = end;
        }
    }

    fn push_text(&mut self, run: &str, joined: bool) {
        if joined && self.joins == Joins::Guarded && would_fuse(&self.out, run) {
            self.out.push(' ');
        }
        self.out.push_str(run);
    }

    /// The markup that opens at `at`, or `None` where no `>` ends it.
    fn markup(&mut self, at: usize) -> Option<Markup> {
        if self.open_ended.tag {
            return None;
        }
        let rest = &self.text[at..];
        if rest.starts_with("<!--")
            && let Some(end) = self.comment_end(at)
        {
            return Some(Markup { end, block: false });
        }
        let second = rest.as_bytes()[1];
        let closing = second == b'/';
        let name_at = at + 1 + usize::from(closing);
        let name = tag_name(&self.text[name_at..]);
        let end = match second {
            b'!' | b'?' => self.next_bracket(at)?,
            b'/' => self.next_bracket(at)?,
            _ => self.tag_end(name_at + name.len(), at)?,
        };
        let body_end = match closing {
            true => end,
            false => self.body_end(name, end),
        };
        Some(Markup {
            end: body_end,
            block: is_block(name),
        })
    }

    fn next_bracket(&mut self, at: usize) -> Option<usize> {
        let found = self.text[at..].find('>').map(|found| at + found + 1);
        self.open_ended.tag = found.is_none();
        found
    }

    fn comment_end(&mut self, at: usize) -> Option<usize> {
        let body = &self.text[at + 4..];
        if body.starts_with('>') {
            return Some(at + 5);
        }
        if body.starts_with("->") {
            return Some(at + 6);
        }
        if self.open_ended.comment {
            return None;
        }
        let found = body.find("-->").map(|found| at + 4 + found + 3);
        self.open_ended.comment = found.is_none();
        found
    }

    /// The end of a start tag whose name ends at `from`: the first `>` outside quoted values.
    ///
    /// Where a quote never closes, the first `>` of all ends the tag, so that a
    /// slip of the pen does not swallow the posting.
    fn tag_end(&mut self, from: usize, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut after_equals = false;
        let mut i = from;
        while !self.open_ended.quotes && i < bytes.len() {
            match bytes[i] {
                b'>' => return Some(i + 1),
                quote @ (b'"' | b'\'') if after_equals => {
                    match self.text[i + 1..].find(quote as char) {
                        Some(found) => i += found + 1,
                        None => break,
                    }
                    after_equals = false;
                }
                b'=' => after_equals = true,
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {}
                _ => after_equals = false,
            }
            i += 1;
        }
        self.open_ended.quotes = true;
        self.next_bracket(at)
    }

    /// Where the body of a `<script>` or `<style>` whose start tag ends at `end` is over.
    ///
    /// One that is never closed loses its tag only: text about the `<script>` tag
    /// should not cost the rest of a posting.
    fn body_end(&mut self, name: &str, end: usize) -> usize {
        let open_ended = match () {
            () if name.eq_ignore_ascii_case("script") => &mut self.open_ended.script,
            () if name.eq_ignore_ascii_case("style") => &mut self.open_ended.style,
            () => return end,
        };
        if *open_ended {
            return end;
        }
        let body = &self.text[end..];
        for (found, _) in body.match_indices("</") {
            let tail = &body[found + 2..];
            if tag_name(tail).eq_ignore_ascii_case(name) {
                if let Some(close) = tail.find('>') {
                    return end + found + 2 + close + 1;
                }
                break;
            }
        }
        *open_ended = true;
        end
    }
}

struct Markup {
    end: usize,
    block: bool,
}

fn opens_tag(bytes: &[u8], at: usize) -> bool {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'<'), Some(&next)) => {
            next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')
        }
        _ => false,
    }
}

fn tag_name(text: &str) -> &str {
    let end = text
        .bytes()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<' | 0))
        .unwrap_or(text.len());
    &text[..end]
}

/// Whether `before` and `after`, put together, could read as a tag or an entity that neither holds.
fn would_fuse(before: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else {
        return false;
    };
    if before.ends_with('<') {
        return next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
    }
    let continues = next.is_ascii_alphanumeric() || matches!(next, '#' | ';');
    continues && super::decode::open_entity(before).is_some()
}

/// Elements a browser sets apart from the text around them, sorted.
const BLOCKS: [&str; 59] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

const LONGEST_BLOCK: usize = "blockquote".len();

fn is_block(name: &str) -> bool {
    let mut lowered = [0_u8; LONGEST_BLOCK];
    let Some(lowered) = lowered.get_mut(..name.len()) else {
        return false;
    };
    lowered.copy_from_slice(name.as_bytes());
    lowered.make_ascii_lowercase();
    let lowered: &[u8] = lowered;
    BLOCKS
        .binary_search_by(|block| block.as_bytes().cmp(lowered))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_list_can_be_searched() {
        assert!(BLOCKS.is_sorted());
        assert_eq!(
            BLOCKS.iter().map(|name| name.len()).max(),
            Some(LONGEST_BLOCK)
        );
        assert!(is_block("LI") && is_block("br") && !is_block("span") && !is_block("blockquotes"));
    }

    #[test]
    fn a_guarded_join_makes_no_tag_and_no_entity() {
        assert_eq!(strip("<<b>b>x", Joins::Guarded), "< b>x");
        assert_eq!(strip("&am<b>p;", Joins::Guarded), "&am p;");
        assert_eq!(strip("R&D</b>, x", Joins::Guarded), "R&D, x");
        assert_eq!(strip("<b>wor</b>d", Joins::Guarded), "word");
    }
}
