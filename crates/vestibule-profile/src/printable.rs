//! Texts of files and variables, in a form for one line of a message.

use std::borrow::Cow;

/// Escapes control characters: a line feed becomes `\n`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Escapes control characters and truncates a long text.
pub(crate) fn truncated(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", printable(&text[..end])),
        None => printable(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_long_text_is_truncated() {
        assert_eq!(printable("a\n\u{1b}[2Jé'"), r"a\n\u{1b}[2Jé'");
        assert_eq!(truncated(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(truncated(&"\t".repeat(81)), format!("{}…", r"\t".repeat(80)));
    }
}
