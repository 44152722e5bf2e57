//! The text between the brackets: a type and a name, plain or quoted.

use std::borrow::Cow;

use crate::line::{is_blank, is_plain, trim_blanks};
use crate::{Dialect, SectionKind};

/// A section that means something.
pub(crate) struct SectionName<'a> {
    pub(crate) kind: SectionKind,
    /// The name as it is written, quotes included.
    pub(crate) name: &'a [u8],
    /// `[default]` of a config file, which `[profile default]` hides.
    pub(crate) bare_default: bool,
}

impl SectionName<'_> {
    /// Whether it is `[profile default]`, which hides `[default]`.
    pub(crate) fn hides_default(&self) -> bool {
        let means_default =
            || str::from_utf8(self.name).is_ok_and(|name| unquoted(name) == "default");
        self.kind == SectionKind::Profile
            && !self.bare_default
            && (self.name == b"default" || is_quoted(self.name) && means_default())
    }
}

/// Reads the text between the brackets; `None` is a section to ignore.
pub(crate) fn parse(text: &[u8], dialect: Dialect) -> Option<SectionName<'_>> {
    let text = trim_blanks(text);
    let end = text.iter().position(|&byte| is_blank(byte)).unwrap_or(text.len());
    let (word, name) = (&text[..end], trim_blanks(&text[end..]));
    let profile =
        |bare_default| SectionName { kind: SectionKind::Profile, name: word, bare_default };
    match (dialect, name) {
        (Dialect::Credentials, b"") => is_plain(word).then(|| profile(false)),
        (Dialect::Credentials, _) => None,
        (Dialect::Config, b"") => (word == b"default").then(|| profile(true)),
        (Dialect::Config, name) => {
            let kind = SectionKind::from_keyword(word)?;
            let quoted = || unquote(str::from_utf8(name).ok()?);
            let is_valid = if is_quoted(name) { quoted().is_some() } else { is_plain(name) };
            is_valid.then_some(SectionName { kind, name, bare_default: false })
        }
    }
}

/// A name as the file means it.
pub(crate) fn unquoted(written: &str) -> Cow<'_, str> {
    let unquoted = is_quoted(written.as_bytes()).then(|| unquote(written)).flatten();
    unquoted.map_or(Cow::Borrowed(written), Cow::Owned)
}

fn is_quoted(name: &[u8]) -> bool {
    matches!(name, [b'"' | b'\'', ..])
}

/// Reads one POSIX shell word, the way the AWS CLI does; `None` if it is no word or no valid name.
fn unquote(word: &str) -> Option<String> {
    let mut name = String::with_capacity(word.len());
    let mut rest = word.chars();
    while let Some(next) = rest.next() {
        match next {
            '\'' => loop {
                match rest.next()? {
                    '\'' => break,
                    text => name.push(text),
                }
            },
            '"' => loop {
                match rest.next()? {
                    '"' => break,
                    '\\' => match rest.next()? {
                        text @ ('"' | '\\') => name.push(text),
                        text => name.extend(['\\', text]),
                    },
                    text => name.push(text),
                }
            },
            '\\' => name.push(rest.next()?),
            ' ' | '\t' => return None,
            text => name.push(text),
        }
    }
    is_name(&name).then_some(name)
}

/// Whether a section can have this name: some text, no control characters, no blank at either end.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(char::is_control)
        && !name.starts_with(' ')
        && !name.ends_with(' ')
}
