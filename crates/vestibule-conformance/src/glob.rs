//! Names with wildcards, for `--case`.
//!
//! Not those of `vestibule-sync`: that is a neighbor on the same floor, and there case does not matter.
//! Developers write these patterns, so that one with many stars may take its time.

/// Whether a text is what a pattern says: `*` is any text, `?` any one character.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => text.char_indices().any(|(at, _)| matches(rest, &text[at..])) || matches(rest, ""),
        _ => text.chars().next().is_some_and(|character| {
            (first == '?' || first == character) && matches(rest, &text[character.len_utf8()..])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a/b", true),
            ("sigv4/*", "sigv4/get-utf8", true),
            ("sigv4/*", "ecs/get", false),
            ("*utf8", "sigv4/get-utf8", true),
            ("*/get-*8", "sigv4/get-utf8", true),
            ("a?c", "abc", true),
            ("a?c", "äöc", false),
            ("?", "ä", true),
            ("?", "", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
