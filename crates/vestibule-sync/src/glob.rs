//! Names with wildcards.

/// A pattern: `*` is any text, `?` any one character, and case does not matter.
#[derive(Clone, Debug)]
pub(crate) struct Glob(Vec<char>);

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        Self(pattern.to_lowercase().chars().collect())
    }

    /// Whether all of a text is what the pattern says.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let (mut at, mut to) = (0, 0);
        // The last star, and the text from which the rest of the pattern was tried.
        let mut star: Option<(usize, usize)> = None;
        while to < text.len() {
            match (self.0.get(at), star) {
                (Some('*'), _) => {
                    star = Some((at, to));
                    at += 1;
                }
                (Some(&char), _) if char == '?' || char == text[to] => (at, to) = (at + 1, to + 1),
                (_, Some((last, tried))) => {
                    star = Some((last, tried + 1));
                    (at, to) = (last + 1, tried + 1);
                }
                (_, None) => return false,
            }
        }
        self.0[at..].iter().all(|&char| char == '*')
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
            ("prod*", "Production", true),
            ("PROD*", "pre-prod", false),
            ("*prod", "pre-prod", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "xxaxxbxx", false),
            ("1111????3333", "111122223333", true),
            ("?", "ä", true),
            ("?", "", false),
            ("*aab", "aaab", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!Glob::new(&"a*".repeat(50)).matches(&"a".repeat(49)));
        assert!(!Glob::new(&format!("{}b", "*a".repeat(50))).matches(&"a".repeat(1000)));
    }
}
