//! Postings' HTML with nothing left that acts: no room hands it out otherwise.

use std::sync::LazyLock;

use crate::pages::steady;

/// Longest description that is handed out, in bytes of its HTML.
const DESCRIPTION: usize = 200_000;

/// A posting's HTML with only text, headings, paragraphs, emphasis, lists and links of http(s) left, cut
/// where it is longer than anybody reads.
pub fn sanitised(html: &str) -> String {
    let cut = html.floor_char_boundary(DESCRIPTION);
    let mut clean = steady(&SANITISER.clean(&html[..cut]).to_string());
    if cut < html.len() {
        clean.push_str("<p>…</p>");
    }
    clean
}

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "a", "b", "br", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li", "ol", "p",
        "strong", "u", "ul",
    ];
    let mut sanitiser = ammonia::Builder::empty();
    sanitiser
        .tags(tags.into())
        .clean_content_tags(["script", "style", "template", "title", "noscript", "iframe"].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["http", "https"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    sanitiser
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_bounded() {
        assert!(sanitised(&"é".repeat(1_000_000)).len() <= DESCRIPTION + 10);
    }

    #[test]
    fn nothing_that_acts_or_steers_is_left() {
        let hostile = "<ul><li onclick=x()>a\u{1b}[31m\u{9b}\u{202e}\tb</ul><script>c()</script>\n<a href=\"javascript:d\">e</a>";
        assert_eq!(
            sanitised(hostile),
            "<ul><li>a[31m\tb</li></ul>\n<a rel=\"noopener noreferrer nofollow\">e</a>"
        );
    }
}
