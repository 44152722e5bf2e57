//! The text between the brackets of a header: a keyword and a name, plain or quoted.

use std::borrow::Cow;

use crate::line::{is_blank, is_plain, trim_blanks};
use crate::{Dialect, SectionKind};

/// The parsed text of a header.
pub(crate) struct SectionName<'a> {
    pub(crate) kind: SectionKind,
    /// The name as written, quotes included.
    pub(crate) name: &'a [u8],
    /// `[default]` of a config file, which `[profile default]` hides.
    pub(crate) bare_default: bool,
}

impl SectionName<'_> {
    /// Returns true for `[profile default]`, which hides `[default]`.
    pub(crate) fn hides_default(&self) -> bool {
        let means_default =
            || str::from_utf8(self.name).is_ok_and(|name| unquoted(name) == "default");
        self.kind == SectionKind::Profile
            && !self.bare_default
            && (self.name == b"default" || is_quoted(self.name) && means_default())
    }
}

/// Parses the text between the brackets. `None` if the section is to be ignored.
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

/// Returns a name without its quotes.
pub(crate) fn unquoted(written: &str) -> Cow<'_, str> {
    let unquoted = is_quoted(written.as_bytes()).then(|| unquote(written)).flatten();
    unquoted.map_or(Cow::Borrowed(written), Cow::Owned)
}

fn is_quoted(name: &[u8]) -> bool {
    matches!(name, [b'"' | b'\'', ..])
}

/// Returns what to write instead of the text of an ignored header; completes "expected …".
pub(crate) fn correction(text: &str, dialect: Dialect) -> Option<String> {
    let text = text.trim_matches([' ', '\t']);
    let (word, name) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let name = name.trim_matches([' ', '\t']);
    let kind = similar_keyword(word);
    let expected = match (dialect, kind, name) {
        // Sections of the AWS CLI.
        (Dialect::Config, _, "") if matches!(word, "plugins" | "preview") => return None,
        (Dialect::Config, _, "") if word.eq_ignore_ascii_case("default") => {
            "`[default]`".to_owned()
        }
        (Dialect::Config, None, "") if is_plain(word.as_bytes()) => format!("`[profile {word}]`"),
        (Dialect::Config, Some(kind), name) if is_plain(name.as_bytes()) => {
            format!("`[{} {name}]`", kind.keyword())
        }
        (Dialect::Config, Some(kind), name) if is_quotable(name) => {
            format!("quotes around the name: `[{} '{name}']`", kind.keyword())
        }
        (Dialect::Config, None, _) if is_quotable(text) => {
            format!("`profile` and quotes around the name: `[profile '{text}']`")
        }
        (Dialect::Credentials, Some(SectionKind::Profile), name) if is_plain(name.as_bytes()) => {
            format!("`[{name}]`: the credentials file has no `profile` before a name")
        }
        (Dialect::Credentials, Some(SectionKind::SsoSession | SectionKind::Services), name)
            if is_quotable(name) =>
        {
            "a profile: this section belongs in the config file".to_owned()
        }
        (Dialect::Credentials, ..) => {
            "a name of letters, digits and `_-/.%@:+` in the credentials file".to_owned()
        }
        _ => return None,
    };
    Some(format!("{expected} (this section is ignored)"))
}

/// Returns true if the text of an ignored header has a correction, and is not that of another program: two
/// words of which the first is not a keyword.
pub(crate) fn is_mistake(text: &str, dialect: Dialect) -> bool {
    let text = text.trim_matches([' ', '\t']);
    let word = text.split([' ', '\t']).next().unwrap_or_default();
    let is_foreign = dialect == Dialect::Config && word != text && similar_keyword(word).is_none();
    correction(text, dialect).is_some() && !is_foreign
}

/// Returns true if a name only needs quotes, and is safe to show.
fn is_quotable(name: &str) -> bool {
    let is_ordinary = |char: char| char.is_alphanumeric() || char.is_ascii_graphic() || char == ' ';
    is_name(name) && name.chars().all(is_ordinary) && !name.contains(['\'', '"', ']'])
}

/// Returns the kind whose keyword a word spells, without regard to case and separators.
fn similar_keyword(word: &str) -> Option<SectionKind> {
    match word.to_ascii_lowercase().replace('_', "-").as_str() {
        "profile" | "profiles" => Some(SectionKind::Profile),
        "sso-session" | "sso-sessions" | "ssosession" | "session" => Some(SectionKind::SsoSession),
        "services" | "service" => Some(SectionKind::Services),
        _ => None,
    }
}

/// Parses one POSIX shell word, as the AWS CLI does. `None` if it is not one word, or not a valid name.
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

/// Returns true if a section can have this name: it is not empty, has no control characters, and no
/// blank at either end.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(char::is_control)
        && !name.starts_with(' ')
        && !name.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what to write instead of a header, and whether the header is a mistake.
    #[track_caller]
    fn check(dialect: Dialect, header: &str, expected: Option<&str>, is_known: bool) {
        let expected = expected.map(|expected| format!("{expected} (this section is ignored)"));
        assert_eq!(correction(header, dialect), expected, "{header}");
        assert_eq!(is_mistake(header, dialect), is_known, "{header}");
    }

    #[test]
    fn name_with_other_characters_needs_quotes_around_it() {
        for (header, expected) in [
            ("profile a-b", Some("a-b")),
            ("profile 'a,b'", Some("a,b")),
            ("profile a,b", None),
            ("profile a\\,b", None),
            ("profile a','b", None),
        ] {
            let section = parse(header.as_bytes(), Dialect::Config);
            let name = section.map(|section| unquoted(str::from_utf8(section.name).unwrap()));
            assert_eq!(name.as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn ignored_header_of_a_config_file_has_a_correction() {
        let check = |header, expected, is_known| check(Dialect::Config, header, expected, is_known);
        check("Default", Some("`[default]`"), true);
        check("another", Some("`[profile another]`"), true);
        check(" profiles\tx ", Some("`[profile x]`"), true);
        check("sso_session x", Some("`[sso-session x]`"), true);
        check("Service x", Some("`[services x]`"), true);
        check("profile a,b", Some("quotes around the name: `[profile 'a,b']`"), true);
        let quoted = "`profile` and quotes around the name: `[profile 'a,b']`";
        check("a,b", Some(quoted), true);
        let foreign = "`profile` and quotes around the name: `[profile 'tool setting']`";
        check("tool setting", Some(foreign), false);
        for other in ["plugins", "preview", "profile", "profile a'b", "it's", "it's mine"] {
            check(other, None, false);
        }
    }

    #[test]
    fn ignored_header_of_a_credentials_file_has_a_correction() {
        let check = |header, expected| check(Dialect::Credentials, header, Some(expected), true);
        check("profile x", "`[x]`: the credentials file has no `profile` before a name");
        for session in ["sso-session x", "services two words"] {
            check(session, "a profile: this section belongs in the config file");
        }
        for other in ["two words", "profile a,b", "sso-session a'b"] {
            check(other, "a name of letters, digits and `_-/.%@:+` in the credentials file");
        }
    }

    #[test]
    fn name_that_quotes_make_valid_has_no_quotes_and_no_invisible_characters() {
        for name in ["two words", "a,b", "é"] {
            assert!(is_quotable(name), "{name}");
        }
        for name in ["", " a", "a ", "a'b", "a\"b", "a]b", "a\u{200b}", "a\u{a0}b", "a\nb"] {
            assert!(!is_quotable(name), "{name:?}");
        }
    }
}
