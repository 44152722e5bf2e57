//! Escapes in strings.

use std::borrow::Cow;

use zeroize::Zeroizing;

/// What a string stands for, if it is one of the grammar's; `None` for half a character.
pub(crate) fn unescape(string: &str) -> Option<Cow<'_, str>> {
    if !string.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(string));
    }
    // As long as it can get: a buffer that grows leaves copies of what it held.
    let mut text = Zeroizing::new(String::with_capacity(string.len()));
    let mut rest = string;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let (c, after) = character(escape)?;
        text.push(c);
        rest = after;
    }
    text.push_str(rest);
    Some(Cow::Owned(std::mem::take(&mut *text)))
}

/// What an escape stands for, and what comes after it.
fn character(escape: &str) -> Option<(char, &str)> {
    let mut chars = escape.chars();
    let c = match chars.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return utf16(chars.as_str()),
        itself => itself,
    };
    Some((c, chars.as_str()))
}

/// One unit of UTF-16, or the two that make a character together.
fn utf16(text: &str) -> Option<(char, &str)> {
    let (high, after) = unit(text)?;
    if let Some(c) = char::from_u32(high.into()) {
        return Some((c, after));
    }
    let (low, after) = unit(after.strip_prefix("\\u")?)?;
    let c = char::decode_utf16([high, low]).next()?.ok()?;
    Some((c, after))
}

fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(string: &str, expected: Option<&str>) {
        assert_eq!(unescape(string).as_deref(), expected, "{string}");
    }

    #[test]
    fn every_escape_has_its_character() {
        check("plain é", Some("plain é"));
        check(r#"\"\\\/\b\f\n\r\t"#, Some("\"\\/\u{8}\u{c}\n\r\t"));
        check(r"a\u00e9\u0041\\u0041b", Some("aéA\\u0041b"));
        check(r"\ud83d\ude00\uD83D\uDE00", Some("😀😀"));
    }

    #[test]
    fn half_a_character_is_none() {
        for half in [r"\ud83d", r"\ude00", r"\ud83d\ud83d", r"\ud83dx", r"\ud83d\n", r"\ud83d\u004"]
        {
            check(half, None);
        }
    }
}
