//! What of an element could act: its kind, its attributes, and where it leads.

use super::markup::{LONGEST, Read};
use super::words;

/// The elements that pages are made of; none of them loads, embeds or restyles anything, but for
/// `script` and `link`, which are looked at.
const ELEMENTS: &str = "a article b bdi body br button caption circle code dd defs desc details div dl dt em \
    fieldset figcaption figure footer form g h1 h2 h3 head header html i input label legend li line link \
    main marker meta nav noscript ol option output p path pre rect script section select span strong \
    summary svg table tbody td text textarea th thead time title tr u ul";

/// Attributes that say where something is loaded from or sent to.
const ADDRESSES: &str = "href src action formaction xlink:href srcset poster data background ping cite \
    longdesc manifest codebase archive";

/// An element as a parser gives it.
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: usize,
}

impl Element {
    /// An attribute's value.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// Finds what it could do, and where it leads.
    pub fn judge(&self, read: &mut Read) {
        let mut wrong = Vec::new();
        let is_sheet = read.stands_alone && self.name == "style";
        if !is_sheet && !ELEMENTS.split_whitespace().any(|name| name == self.name) {
            wrong.push("no element of ours".to_owned());
        }
        for (name, value) in &self.attributes {
            let acts = ["style", "srcdoc", "http-equiv"].contains(&name.as_str());
            let is_own = read.stands_alone && is_harmless(name, value);
            if name.starts_with("on") || (acts && !is_own) {
                wrong.push(format!("attribute {name}"));
            }
            if ADDRESSES.split_whitespace().any(|address| address == name) {
                wrong.extend(self.leads(name, value));
                if self.name == "a" && value.starts_with('/') {
                    read.links.push(value.clone());
                }
            }
            if value.chars().count() > LONGEST {
                wrong.push(format!("{name} of {} characters", value.chars().count()));
            }
            // What is sent back is what was given; a field shows it apart from everything else.
            if name != "value" {
                wrong.extend(words::steering(value).map(|what| format!("{what} in {name}")));
            }
        }
        let is_asset = |key| self.get(key).is_some_and(|at| at.starts_with("/assets/"));
        let data = self.get("type") == Some("application/json") && self.get("src").is_none();
        if self.name == "script" && !data && !is_asset("src") {
            wrong.push("a script that is none of the assets".to_owned());
        }
        if self.name == "link" && !is_asset("href") {
            wrong.push("a link to what is no asset".to_owned());
        }
        let shown = format!("<{} {:?}>", self.name, self.attributes);
        let shown: String = shown.chars().take(300).collect();
        let wrong = wrong.into_iter();
        read.wrong
            .extend(wrong.map(|what| format!("{what}: {shown}")));
    }

    /// Why an address is none that a page may hold.
    fn leads(&self, name: &str, value: &str) -> Option<String> {
        let is_plain = !value.contains(|c: char| c.is_control() || c.is_whitespace());
        let within =
            (value.starts_with('/') && !value.starts_with("//")) || value.starts_with(['#', '?']);
        let rel = self.get("rel").unwrap_or_default();
        let outside = (value.starts_with("https://") || value.starts_with("http://"))
            && self.name == "a"
            && rel.contains("noopener noreferrer");
        (!is_plain || !(within || outside)).then(|| format!("{name} leads to {value:?}"))
    }
}

/// A bar's length, and the policy of a page that has no server to state it.
fn is_harmless(name: &str, value: &str) -> bool {
    let length = value
        .strip_prefix("width:")
        .and_then(|rest| rest.strip_suffix('%'));
    let is_length = length.is_some_and(|length| length.parse::<f64>().is_ok());
    (name == "style" && is_length) || (name == "http-equiv" && value == "Content-Security-Policy")
}
