//! Entities resolved, invisible characters dropped, white space folded.

/// Bytes of the longest entity, `&CounterClockwiseContourIntegral;`.
const LONGEST_ENTITY: usize = 33;

/// `text` with every entity resolved, however often it was escaped, and white space folded.
///
/// The output works as a stack: each character is pushed, and where it completes
/// an entity that entity is popped and what it stands for is pushed in turn. So
/// `&amp;amp;lt;` ends as `<` in one scan, and no entity is left in the result.
/// The result has no white space at its start and at most one space at its end.
pub fn decode(text: &str) -> String {
    let mut stack = Stack {
        out: String::with_capacity(text.len()),
        open: None,
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let plain = match stack.open {
            None => bytes[at..]
                .iter()
                .position(|&byte| !is_plain(byte))
                .unwrap_or(bytes.len() - at),
            Some(_) => 0,
        };
        // Plain bytes are ASCII, so the slice ends between characters.
        stack.out.push_str(&text[at..at + plain]);
        at += plain;
        // One space between words is by far the most common of the rest.
        if stack.open.is_none() && bytes[at..].first() == Some(&b' ') {
            stack.push_space();
            at += 1;
        } else if let Some(c) = text[at..].chars().next() {
            stack.push(c);
            at += c.len_utf8();
        }
    }
    stack.finish()
}

/// `text` without leading white space and with every run of it made one space.
pub fn fold_white_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Where the `&` stands that `text` ends in an unfinished entity of, such as `R&am`.
pub fn open_entity(text: &str) -> Option<usize> {
    let tail = text.len().saturating_sub(LONGEST_ENTITY);
    let bytes = text.as_bytes();
    let name = bytes[tail..]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#')
        .count();
    let ampersand = bytes.len().checked_sub(name + 1)?;
    (bytes[ampersand] == b'&').then_some(ampersand)
}

struct Stack {
    out: String,
    /// Where the `&` of an entity stands that the output may be in the middle of.
    open: Option<usize>,
}

impl Stack {
    /// Pushes `c` as a reader sees it, and what it brings about.
    fn push(&mut self, c: char) {
        let Some(c) = visible(c) else { return };
        let Some(decoded) = self.push_one(c) else {
            return;
        };
        // What an entity stands for may complete another one. Each round takes more
        // from the output than it queues, so the work stays linear.
        let mut queue: Vec<char> = decoded.chars().rev().collect();
        while let Some(c) = queue.pop() {
            let decoded = visible(c).and_then(|c| self.push_one(c));
            queue.extend(decoded.iter().flat_map(|decoded| decoded.chars().rev()));
        }
    }

    /// Pushes one visible character, or pops an entity and returns what is to be pushed instead.
    fn push_one(&mut self, c: char) -> Option<String> {
        if c == ';' {
            self.out.push(c);
            return self.pop_entity();
        }
        if !c.is_ascii_alphanumeric() && c != '#' {
            // A letter of another script goes on with the word, so what stands
            // before it is no entity that merely lacks its semicolon.
            if c.is_alphanumeric() {
                self.open = None;
            } else if let Some(mut decoded) = self.pop_unfinished() {
                decoded.push(c);
                return Some(decoded);
            }
        }
        match c {
            '&' => {
                self.open = Some(self.out.len());
                self.out.push(c);
            }
            ' ' => self.push_space(),
            _ => self.out.push(c),
        }
        None
    }

    fn push_space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }

    /// Ends the text: an entity without semicolon may stand at its end.
    fn finish(mut self) -> String {
        while let Some(decoded) = self.pop_unfinished() {
            decoded.chars().for_each(|c| self.push(c));
        }
        self.out
    }

    /// Pops the entity that the semicolon just pushed completes and returns what it stands for.
    fn pop_entity(&mut self) -> Option<String> {
        // `&notit;` is decoded to `¬it;` by the standard's prefix rule; here only a
        // whole name counts, and no whole name stands for longer text that ends so.
        self.pop_if(|decoded| decoded.len() == 1 || !decoded.ends_with(';'))
    }

    /// Pops an entity without semicolon that the output ends in, such as `&nbsp`.
    fn pop_unfinished(&mut self) -> Option<String> {
        // All of these stand for one character; more means that only a part of the
        // word was an entity.
        self.pop_if(|decoded| decoded.chars().nth(1).is_none())
    }

    fn pop_if(&mut self, is_whole: impl Fn(&str) -> bool) -> Option<String> {
        let start = self.open.take()?;
        let entity = &self.out[start..];
        if entity.len() > LONGEST_ENTITY {
            return None;
        }
        let decoded = htmlize::unescape(entity);
        if decoded == entity || !is_whole(&decoded) {
            return None;
        }
        let decoded = decoded.into_owned();
        self.out.truncate(start);
        self.open = open_entity(&self.out);
        Some(decoded)
    }
}

/// Bytes that mean themselves wherever no entity is open.
fn is_plain(byte: u8) -> bool {
    (0x21..0x7f).contains(&byte) && byte != b'&'
}

/// `c` as a reader sees it: white space as a space, nothing for what cannot be seen.
fn visible(c: char) -> Option<char> {
    match c {
        ' '..='~' => Some(c),
        '\u{1c}'..='\u{1f}' => Some(' '),
        _ if c.is_whitespace() => Some(' '),
        _ if c.is_control() => None,
        // On real postings it stands between words that nothing else parts.
        '\u{200b}' => Some(' '),
        // Soft hyphen, word joiners, byte order mark.
        '\u{ad}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => None,
        // Marks and overrides of writing direction, annotation anchors.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
            None
        }
        '\u{fff9}'..='\u{fffb}' => None,
        // Canonically these are ASCII. Taken as such at once, they cannot complete
        // an entity or a tag when the result is normalised.
        '\u{37e}' => Some(';'),
        '\u{1fef}' => Some('`'),
        '\u{212a}' => Some('K'),
        _ => Some(c),
    }
}
