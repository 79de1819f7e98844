//! Plain text of a posting's HTML.
//!
//! Three linear scans: `tags` takes markup out, `decode` resolves entities until
//! none is left and drops what cannot be seen, and where that brought new tags to
//! light (a document escaped as a whole) `tags` runs once more. The result is in
//! Unicode normal form C and cleaning it again changes nothing.

mod decode;
mod tags;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text a reader would see: no tags, entities, control characters or spare white space.
///
/// - Block tags (`<p>`, `<br>`, `<li>`, ...) become a space, inline tags nothing;
///   `<script>` and `<style>` go with their bodies, comments go whole.
/// - A `<` that is not followed by a letter, `/`, `!` or `?`, or that no `>` ever
///   follows, is text: `a < b` survives.
/// - Entities are decoded however often they were escaped, so that the result holds
///   none. Entities without a semicolon are decoded where the whole word is one
///   (`&nbsp ` but not `&params`, against the HTML standard, for the sake of
///   prose and addresses).
/// - Control characters, byte order marks, soft hyphens and direction overrides are
///   dropped; runs of white space, zero-width spaces among them, become one space.
///
/// Takes time linear in the input, whatever it holds.
pub fn clean_html(html: &str) -> String {
    let stripped = tags::strip(html, tags::Joins::Free);
    let mut text = decode::decode(&stripped);
    if tags::may_hold_tags(&text) {
        // Nothing is decoded after this scan, so it must not let two halves of an
        // entity or a tag grow together.
        text = decode::fold_white_space(&tags::strip(&text, tags::Joins::Guarded));
    }
    if text.ends_with(' ') {
        text.pop();
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}
