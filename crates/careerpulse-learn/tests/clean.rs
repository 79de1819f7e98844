//! What a reader would see of HTML, good and hostile.

use careerpulse_learn::clean_html;
use proptest::prelude::*;

/// Each pair is HTML and the text expected of it.
const EXPECTED: &[(&str, &str)] = &[
    ("", ""),
    ("plain", "plain"),
    ("<p>One</p><p>Two</p>", "One Two"),
    ("a<b>b</b>c<br>d<br/>e", "abc d e"),
    ("<ul><li>One</li><li>Two</li></ul>", "One Two"),
    ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
    ("x<SCRIPT type='a'>if (a < b) {}</ScRiPt >y", "xy"),
    ("x<style>p > a { }</style>y<!-- <p>no</p> -->z", "xyz"),
    ("x<!-->y<!--->z<!doctype html><?xml v?>w", "xyzw"),
    ("R&amp;D &lt; 5 &nbsp;years&hellip;", "R&D < 5 years…"),
    ("&amp;amp; &amp;nbsp;&amp;eacute; &amp;amp;eacute;", "& é é"),
    (
        "&lt;p&gt;One&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Two &amp;amp; three",
        "One Two & three",
    ),
    ("a < b and c <= 3, I <3 you", "a < b and c <= 3, I <3 you"),
    ("a <b without an end", "a <b without an end"),
    ("<a title='a > b' href=\"x>y\">link</a>", "link"),
    ("<a href=\"x>text</a>", "text"),
    ("<p don't>text</p>'", "text '"),
    ("the &lt;script&gt; tag and more", "the tag and more"),
    ("<!-- never closed <b>bold</b>", "bold"),
    (
        "nul\0l \u{7}bell z\u{200b}w \u{feff}bom \u{202e}rtl c\u{9b}1 so\u{ad}ft",
        "null bell z w bom rtl c1 soft",
    ),
    ("a\u{85}b\u{a0}c\u{2003}d\u{1f}e\r\n\t f", "a b c d e f"),
    ("cafe\u{301} e<b>\u{301}</b>", "café é"),
    ("&#39;&#x2019;&#8211;&#128;&#0;", "'’–€\u{fffd}"),
    (
        "AT&T P&L &unknown; &notit; ?a=1&params=2",
        "AT&T P&L &unknown; &notit; ?a=1&params=2",
    ),
    ("&copy 2024 &nbspx &lt 3 &#39 x", "© 2024 &nbspx < 3 ' x"),
    ("&am&#112;;lt;b&gt;x", "x"),
    ("&am<b></b>p; <<b>b>", "&"),
    ("&am\0p;\u{37e}", "&;"),
    ("<o:p>x</o:p><font>y</font><P CLASS=a>z", "xy z"),
];

#[test]
fn what_a_reader_would_see() {
    for (html, text) in EXPECTED {
        assert_eq!(clean_html(html), *text, "of {html:?}");
    }
}

#[test]
fn hostile_input_is_cleaned_in_linear_time() {
    let patterns = [
        "<",
        "&",
        "<!--",
        "<a ='>' ",
        "<a =\"",
        "<script>",
        "</script",
        "&amp;",
        "&am&#112;",
        "<a ",
        "&#38;lt;",
        "<style><script>",
        "&lt;!--",
        "&#&#51;8;",
        "<<b>",
        "&lt",
        "a\u{301}",
    ];
    for pattern in patterns {
        let html = pattern.repeat(3_000_000 / pattern.len());
        // Three million characters take milliseconds in linear time and hours in quadratic: the test
        // would not end.
        let text = clean_html(&html);
        assert_eq!(clean_html(&text), text, "cleaning {pattern:?} again");
    }
}

/// Strings made of the pieces that cleaning reacts to.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<",
        ">",
        "&",
        ";",
        "#",
        "b",
        "amp",
        "lt",
        "gt",
        "nbsp",
        "copy",
        "38",
        "x26",
        "/",
        "!",
        "--",
        "?",
        "\"",
        "'",
        "=",
        " ",
        "\n",
        "\0",
        "<p>",
        "</p>",
        "<b>",
        "<script>",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "&amp;",
        "&lt;",
        "&gt;",
        "&#38;",
        "&#112;",
        "&NotEqualTilde;",
        "&semi;",
        "\u{301}",
        "\u{338}",
        "e",
        "é",
        "\u{37e}",
        "\u{212a}",
        "\u{200b}",
        "\u{202e}",
        "\u{a0}",
        "क",
        "\u{93c}",
        "İ",
        "1",
        "notit",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_changes_nothing(html in pieces()) {
        let once = clean_html(&html);
        prop_assert_eq!(clean_html(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
        prop_assert!(!once.chars().any(char::is_control));
    }

    #[test]
    fn any_string_is_cleaned(html in "\\PC*|.*") {
        let once = clean_html(&html);
        prop_assert_eq!(clean_html(&once), once);
    }
}
