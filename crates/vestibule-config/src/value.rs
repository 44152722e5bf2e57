//! A value: on one line, continued on further lines, or a block of named values.

use std::borrow::Cow;
use std::fmt;

use crate::Document;
use crate::line::{Assignment, is_blank_or_comment, sub_property, trim, unindent};
use crate::outline::Property;

/// A view of one property of a [`Section`](crate::Section).
///
/// A value that is empty on its own line opens a block: the indented lines below it are
/// [`entries`](Self::entries). Below any other value they continue it.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    document: &'a Document,
    property: &'a Property,
}

/// One line of a block.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    name: &'a str,
    text: &'a str,
    line: u32,
}

impl<'a> Value<'a> {
    pub(crate) fn new(document: &'a Document, property: &'a Property) -> Self {
        Self { document, property }
    }

    /// Returns the key as written.
    pub fn key(&self) -> &'a str {
        self.property.key.text(self.document.text())
    }

    /// Returns the value as text: continuation lines are joined by line feeds; a block is a line feed and
    /// `name = value` for each of its lines.
    pub fn text(&self) -> Cow<'a, str> {
        let first = self.property.value.text(self.document.text());
        let mut lines = self.lines_below().peekable();
        if lines.peek().is_none() {
            return Cow::Borrowed(first);
        }
        let joined = lines.fold(first.to_owned(), |joined, (_, line)| joined + "\n" + line);
        Cow::Owned(joined)
    }

    /// Returns the line of the key, from 1.
    pub fn line(&self) -> u32 {
        self.property.line
    }

    /// Returns the column of the value in characters, from 1.
    pub fn column(&self) -> u32 {
        self.document.column(self.property.value.start)
    }

    /// Returns true if the value is empty on its own line, so that it opens a block.
    pub fn is_block(&self) -> bool {
        self.property.value.start == self.property.value.end
    }

    pub(crate) fn property(&self) -> &'a Property {
        self.property
    }

    /// Returns the lines of the block in file order, repeated names included. Empty if it is not a block.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let is_block = self.is_block();
        let lines = self.lines_below().filter(move |_| is_block);
        lines.filter_map(|(line, text)| {
            let Assignment { name, value, .. } = sub_property(text.as_bytes()).ok()?;
            let (name, text) = (str::from_utf8(name).ok()?, str::from_utf8(value).ok()?);
            Some(Entry { name, text, line })
        })
    }

    /// Returns the last entry of a name; names are compared without regard to ASCII case.
    pub fn nested(&self, name: &str) -> Option<Entry<'a>> {
        self.entries().filter(|entry| entry.name.eq_ignore_ascii_case(name)).last()
    }

    /// Returns the trimmed lines of the block, or those that continue the value, with their numbers;
    /// without comments, blank lines and lines that could not be read.
    pub fn lines_below(&self) -> impl Iterator<Item = (u32, &'a str)> + use<'a> {
        let Property { value, end, line, .. } = *self.property;
        let below = &self.document.text()[value.end as usize..end as usize];
        let is_block = self.is_block();
        let lines = (line..).zip(below.split('\n')).skip(1);
        lines.filter_map(move |(number, line)| {
            let body = unindent(line.as_bytes());
            let is_skipped = is_blank_or_comment(body) || is_block && sub_property(body).is_err();
            let text = (!is_skipped).then(|| str::from_utf8(trim(body)).ok()).flatten()?;
            Some((number, text))
        })
    }
}

/// Shows the key and the line, not the value, which may be a secret.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({} at line {})", self.key(), self.line())
    }
}

impl<'a> Entry<'a> {
    /// Returns the name as written.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the value.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Returns the line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }
}

/// Shows the name and the line, not the value, which may be a secret.
impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} at line {})", self.name, self.line)
    }
}
