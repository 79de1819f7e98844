//! HTML as a browser's parser reads it.

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// What a parser made of a page.
#[derive(Debug, Default)]
pub struct Page {
    /// What was wrong with it.
    pub errors: Vec<String>,
    /// The elements in order.
    pub elements: Vec<Element>,
    /// All text outside the style sheet.
    pub text: String,
}

/// An element with the names of its children.
#[derive(Debug)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<String>,
}

impl Page {
    /// The elements of a name.
    pub fn all(&self, name: &str) -> Vec<&Element> {
        self.elements
            .iter()
            .filter(|element| element.name == name)
            .collect()
    }
}

impl Element {
    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Parses a page.
pub fn read(html: &str) -> Page {
    let dom = html5ever::parse_document(RcDom::default(), Default::default()).one(html);
    let mut page = Page {
        errors: dom
            .errors
            .borrow()
            .iter()
            .map(|error| error.to_string())
            .collect(),
        ..Page::default()
    };
    walk(&dom.document, &mut page);
    page
}

fn walk(node: &Handle, page: &mut Page) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let children = node.children.borrow();
            page.elements.push(Element {
                name: name.local.to_string(),
                attributes: attrs
                    .borrow()
                    .iter()
                    .map(|attribute| {
                        (
                            attribute.name.local.to_string(),
                            attribute.value.to_string(),
                        )
                    })
                    .collect(),
                children: children
                    .iter()
                    .filter_map(|child| match &child.data {
                        NodeData::Element { name, .. } => Some(name.local.to_string()),
                        _ => None,
                    })
                    .collect(),
            });
            if &*name.local == "style" {
                return;
            }
        }
        NodeData::Text { contents } => page.text.push_str(&contents.borrow()),
        _ => {}
    }
    for child in node.children.borrow().iter() {
        walk(child, page);
    }
}
