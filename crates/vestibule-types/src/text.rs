//! Text that can be shown to users, and hexadecimal text.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

/// Returns whether a character is safe to print: it is a space, or visible on its own.
///
/// Control characters (C0, DEL, C1), line and paragraph separators, characters that change the
/// direction of text, invisible characters, tags, and noncharacters are not printable: they can
/// control a terminal, or make one text look like another.
pub const fn is_printable(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Soft hyphen, combining grapheme joiner, Arabic letter mark.
        | '\u{ad}' | '\u{34f}' | '\u{61c}'
        // Hangul fillers, Khmer inherent vowels, Mongolian selectors.
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        // Zero width, directional marks, separators, embeddings, overrides, isolates.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Variation selectors, byte order mark, annotations, noncharacters.
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        // Shorthand and musical controls, tags and more variation selectors.
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns a text with every character escaped that is not [printable](is_printable), as Rust
/// escapes it: `\n`, `\u{1b}`.
///
/// Text from files, services, environment variables and arguments must be escaped with this function
/// before it is printed. A variation selector is not escaped if the character before it can have
/// one, as in `❤️`.
pub fn printable(text: &str) -> Cow<'_, str> {
    let mut escaped = String::new();
    let mut plain_from = 0;
    let mut previous = None;
    for (at, c) in text.char_indices() {
        let varies = matches!(c, '\u{fe00}'..='\u{fe0f}') && previous.is_some_and(has_variations);
        if !is_printable(c) && !varies {
            escaped.push_str(&text[plain_from..at]);
            escaped.extend(escape(c));
            plain_from = at + c.len_utf8();
        }
        previous = Some(c);
    }
    if plain_from == 0 {
        return Cow::Borrowed(text);
    }
    escaped.push_str(&text[plain_from..]);
    Cow::Owned(escaped)
}

/// Returns [`printable`] text, cut after `max` characters with an ellipsis.
pub fn printable_short(text: &str, max: usize) -> String {
    // The text may be long, so only the part that can be shown is escaped.
    let (kept, is_cut) = match text.char_indices().nth(max) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    };
    let mut shown = printable(kept).into_owned();
    let end = shown.char_indices().nth(max).map(|(end, _)| end);
    if let Some(end) = end {
        shown.truncate(end);
    }
    if is_cut || end.is_some() {
        shown.push('…');
    }
    shown
}

/// Returns [`printable_short`] text on one line: white space, line ends included, becomes single
/// spaces.
///
/// For prose such as the messages of services.
pub fn printable_line(text: &str, max: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        // A character has at most four bytes, so the line already has more than `max` of them.
        if max < line.len() / 4 {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    printable_short(&line, max)
}

/// Joins texts with a separator.
///
/// ```
/// assert_eq!(vestibule_types::joined(["a", "b"], ", "), "a, b");
/// ```
pub fn joined<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, separator: &str) -> String {
    let mut joined = String::new();
    for (at, text) in texts.into_iter().enumerate() {
        if at != 0 {
            joined.push_str(separator);
        }
        joined.push_str(text.as_ref());
    }
    joined
}

/// Returns the messages of an error and its causes, joined by colons.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// Returns bytes as lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Returns random bytes as a UUID of version 4, with hyphens.
#[inline]
pub fn uuid_v4(random: &[u8; 16]) -> String {
    let mut random = *random;
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    let [time, middle, version, variant, node] =
        [0..4, 4..6, 6..8, 8..10, 10..16].map(|range| hex(&random[range]));
    format!("{time}-{middle}-{version}-{variant}-{node}")
}

fn escape(c: char) -> impl Iterator<Item = char> {
    match c {
        '\n' | '\r' | '\t' => c.escape_default().collect::<Vec<_>>(),
        _ => c.escape_unicode().collect(),
    }
    .into_iter()
}

/// Returns whether a variation selector may follow a character.
///
/// Every visible character except ASCII letters: this includes the characters that have an emoji
/// form, or a variant for mathematics or East Asia, without a table of them.
fn has_variations(c: char) -> bool {
    is_printable(c) && !c.is_whitespace() && !c.is_ascii_alphabetic()
}

/// Returns a duration rounded to minutes, hours or days: `15 minutes`, `10 hours`.
pub fn rounded_duration(duration: Duration) -> String {
    let minutes = (duration.as_secs() + 30) / 60;
    match minutes {
        1 => "1 minute".to_owned(),
        0..120 => format!("{minutes} minutes"),
        120..2_880 => format!("{} hours", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_that_steer_a_terminal_are_escaped() {
        for (text, expected) in [
            ("plain é 😀", "plain é 😀"),
            ("\u{1b}[2J", r"\u{1b}[2J"),
            ("a\nb\tc\rd", r"a\nb\tc\rd"),
            ("\0\u{7f}\u{9b}", r"\u{0}\u{7f}\u{9b}"),
            ("a\u{202e}b\u{2066}c\u{200f}\u{61c}", r"a\u{202e}b\u{2066}c\u{200f}\u{61c}"),
            ("a\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}", r"a\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}"),
            ("a\u{2028}b\u{2029}", r"a\u{2028}b\u{2029}"),
            ("a\u{e0041}\u{e0100}", r"a\u{e0041}\u{e0100}"),
        ] {
            assert_eq!(printable(text), expected, "{expected}");
        }
    }

    #[test]
    fn variation_selector_remains_after_a_character_that_has_variants() {
        assert_eq!(printable("❤\u{fe0f} 1\u{fe0f}"), "❤\u{fe0f} 1\u{fe0f}");
        for alone in ["\u{fe0f}", "a\u{fe0f}", " \u{fe0f}", "❤\u{fe0f}\u{fe0f}", "\u{200b}\u{fe0f}"]
        {
            assert!(printable(alone).ends_with(r"\u{fe0f}"), "{alone:?}");
        }
    }

    #[test]
    fn long_text_is_cut_with_an_ellipsis() {
        assert_eq!(printable_short("abc", 3), "abc");
        assert_eq!(printable_short("abcd", 3), "abc…");
        assert_eq!(printable_short("a\nb", 3), r"a\n…");
        assert_eq!(printable_short("é\u{1b}", 7), r"é\u{1b}");
        assert_eq!(printable_short("é\u{1b}", 6), r"é\u{1b…");
        assert_eq!(printable_short("", 0), "");
    }

    #[test]
    fn prose_becomes_one_line() {
        assert_eq!(printable_line(" a\r\n\tb  c ", 9), "a b c");
        assert_eq!(printable_line("a b c", 3), "a b…");
        assert_eq!(printable_line("\u{1b}[31m red", 99), r"\u{1b}[31m red");
        assert_eq!(printable_line(&"word ".repeat(1_000_000), 9), "word word…");
        // A cut is shown, however many bytes a character has.
        for text in ["é b", "😀 b", "é", "😀"] {
            let cut = if text.ends_with('b') { "…" } else { "" };
            let first: String = text.chars().take(1).collect();
            assert_eq!(printable_line(text, 1), format!("{first}{cut}"));
        }
    }

    #[test]
    fn messages_of_causes_are_joined() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::fmt::Error);

        let inner = std::fmt::Error;
        assert_eq!(with_causes(&inner), inner.to_string());
        assert_eq!(with_causes(&Outer(inner)), format!("outer: {inner}"));
    }

    #[test]
    fn duration_is_rounded_to_its_unit() {
        for (seconds, expected) in [
            (29, "0 minutes"),
            (30, "1 minute"),
            (90, "2 minutes"),
            (7_169, "119 minutes"),
            (7_170, "2 hours"),
            (8_969, "2 hours"),
            (9_000, "3 hours"),
            (172_769, "48 hours"),
            (172_770, "2 days"),
            (216_000, "3 days"),
        ] {
            assert_eq!(rounded_duration(Duration::from_secs(seconds)), expected, "{seconds}");
        }
    }

    #[test]
    fn hex_has_two_digits_for_each_byte() {
        assert_eq!(hex(&[0, 0x0f, 0xa0, 0xff]), "000fa0ff");
        assert_eq!(hex(&[]), "");
    }

    #[test]
    fn uuid_has_version_and_variant() {
        assert_eq!(uuid_v4(&[0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid_v4(&[0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    proptest! {
        #[test]
        fn printable_text_has_no_unprintable_characters(text in any::<String>(), max in 0..50usize) {
            for shown in [printable_short(&text, max), printable_line(&text, max)] {
                prop_assert!(shown.chars().count() <= max + 1);
            }
            let shown = printable(&text);
            let is_selector = |c| matches!(c, '\u{fe00}'..='\u{fe0f}');
            prop_assert!(shown.chars().all(|c| is_printable(c) || is_selector(c)));
            prop_assert_eq!(printable(&shown), shown.clone());
        }
    }
}
