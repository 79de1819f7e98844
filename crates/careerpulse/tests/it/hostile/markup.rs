//! What of a page could act, as a browser's parser reads it.

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::element::Element;
use super::words;

/// The longest text that a page carries from a posting's line: a whole title, said to be cut.
pub const LONGEST: usize = 5_001;

/// What is wrong with a page, and the addresses within the dashboard that it leads to.
#[derive(Default)]
pub struct Read {
    pub wrong: Vec<String>,
    pub links: Vec<String>,
    pub text: String,
    pub stands_alone: bool,
}

/// Reads a page of the dashboard.
pub fn read(html: &str) -> Read {
    read_as(html, false)
}

/// Reads a page that is a file: it has its policy, its style sheet and the lengths of its bars within.
pub fn read_alone(html: &str) -> Read {
    read_as(html, true)
}

fn read_as(html: &str, stands_alone: bool) -> Read {
    let document = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut read = Read {
        stands_alone,
        ..Read::default()
    };
    walk(&document.document, &mut Vec::new(), &mut read);
    read
}

fn walk(node: &Handle, above: &mut Vec<Element>, read: &mut Read) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let attributes = attrs.borrow();
            let attributes = attributes
                .iter()
                .map(|one| (one.name.local.to_string(), one.value.to_string()));
            let element = Element {
                name: name.local.to_string(),
                attributes: attributes.collect(),
                children: node.children.borrow().len(),
            };
            element.judge(read);
            above.push(element);
            for child in node.children.borrow().iter() {
                walk(child, above, read);
            }
            above.pop();
            return;
        }
        NodeData::Text { contents } => text(&contents.borrow(), above, read),
        NodeData::Comment { contents } => read.wrong.push(format!("a comment: {contents}")),
        _ => {}
    }
    for child in node.children.borrow().iter() {
        walk(child, above, read);
    }
}

fn text(words: &str, above: &[Element], read: &mut Read) {
    let inner = above.last().map_or("", |element| element.name.as_str());
    if inner == "script" {
        if let Err(error) = serde_json::from_str::<serde_json::Value>(words) {
            read.wrong
                .push(format!("a script's data is no JSON: {error}"));
        }
        return;
    }
    if inner == "style" && read.stands_alone {
        if words.contains("pwned") {
            read.wrong
                .push("strangers' words in the style sheet".to_owned());
        }
        return;
    }
    let mut wrong: Vec<String> = match inner {
        "textarea" => Vec::new(),
        _ => words::steering(words).map(str::to_owned).collect(),
    };
    let is_strange = |element: &Element| {
        ["textarea", "pre"].contains(&element.name.as_str())
            || element
                .get("class")
                .is_some_and(|class| class.contains("strangers"))
    };
    if words.chars().count() > LONGEST && !above.iter().any(is_strange) {
        wrong.push(format!("{} characters in a piece", words.chars().count()));
    }
    let is_apart = |element: &Element| {
        ["bdi", "option", "textarea", "title"].contains(&element.name.as_str())
            || element.get("dir") == Some("auto")
    };
    // What a block holds alone is set apart by the block.
    let is_alone = above.last().is_some_and(|parent| {
        parent.children == 1 && ["th", "td", "h3"].contains(&parent.name.as_str())
    });
    if words::has_other_direction(words) && !is_alone && !above.iter().any(is_apart) {
        wrong.push("another reading direction, not set apart".to_owned());
    }
    let path: Vec<&str> = above.iter().map(|element| element.name.as_str()).collect();
    let shown: String = words.chars().take(200).collect();
    let at = path.join(" ");
    read.wrong.extend(
        wrong
            .into_iter()
            .map(|what| format!("{what}: {at}: {shown:?}")),
    );
    read.text.push_str(words);
    read.text.push('\n');
}

#[test]
fn what_acts_on_a_page_is_found() {
    for html in [
        "<script>1</script>",
        "<script src=\"https://evil.example/x.js\"></script>",
        "<script type=\"application/json\">{</script>",
        "<img src=x>",
        "<p onclick=\"x()\">",
        "<p style=\"color:red\">",
        "<style>p{}</style>",
        "<iframe srcdoc=x></iframe>",
        "<a href=\"javascript:x\">a</a>",
        "<a href=\"java&#9;script:x\">a</a>",
        "<a href=\"//evil.example\">a</a>",
        "<a href=\"https://evil.example\">a</a>",
        "<form action=\"https://evil.example\"></form>",
        "<button formaction=\"data:x\"></button>",
        "<base href=\"/\">",
        "<meta http-equiv=refresh content=0>",
        "<link href=\"https://evil.example/x.css\">",
        "<!-- a -->",
        "<p>a\u{202e}b</p>",
        "<p title=\"\u{2066}\">",
        "<p>a\u{1b}b</p>",
        "<p>a <b>ممرض</b></p>",
        "<math></math>",
    ] {
        assert_ne!(read(html).wrong, Vec::<String>::new(), "{html}");
    }
    let endless = format!("<p>{}", "x".repeat(LONGEST + 1));
    assert_eq!(read(&endless).wrong.len(), 1);
    let harmless = "<p>&lt;script&gt; <bdi>ممرض</bdi></p><a href=\"/imputation?q=%3C\">a</a>";
    assert_eq!(read(harmless).wrong, Vec::<String>::new());
    let alone = read_alone("<style>p{}</style><span style=\"width:5%\"></span>");
    assert_eq!(alone.wrong, Vec::<String>::new());
}
