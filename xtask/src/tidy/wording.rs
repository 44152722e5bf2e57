//! Words of `docs/language.md` that a program can check.

use super::{Finding, lines};
use crate::source::Source;

/// Words, and what to write instead. They are matched in any case, as whole words.
const WORDS: &[(&str, &str)] = &[
    ("somebody", "name the subject: the user, the process, the client"),
    ("nobody", "name the subject: no user, no process, no client"),
    ("whoever", "name the subject: the user, the process, the caller"),
    ("renew", "refresh"),
    ("renews", "refreshes"),
    ("renewed", "refreshed"),
    ("renewing", "refreshing"),
    ("renewal", "refresh"),
    ("renewable", "refreshable"),
];

/// Phrases, and what to write instead.
const PHRASES: &[(&str, &str)] = &[
    ("that is none", "invalid, or missing"),
    (" is none.", "is missing, or there is no …"),
    ("session ended", "the session expired"),
    ("token ended", "the token expired"),
    ("credentials ended", "the credentials expired"),
    ("registration ended", "the registration expired"),
];

/// Files that may contain the words, since they list them.
const EXEMPT: &[&str] = &["docs/language.md", "xtask/src/tidy/wording.rs"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if EXEMPT.iter().any(|exempt| source.path.ends_with(exempt)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, text) in lines(&source.text) {
        let lower = text.to_lowercase();
        let words: Vec<_> = lower.split(|c: char| !c.is_ascii_alphabetic()).collect();
        let found = WORDS.iter().filter(|(word, _)| words.contains(word));
        let found = found.chain(PHRASES.iter().filter(|(phrase, _)| lower.contains(phrase)));
        for (wrong, instead) in found {
            let wrong = wrong.trim();
            findings.push((line, format!("`{wrong}`: {instead} (docs/language.md)")));
        }
        if has_who_as_subject(text) {
            let instead = "name the subject instead of \"Who …\" (docs/language.md)";
            findings.push((line, instead.to_owned()));
        }
    }
    findings
}

/// Returns whether a sentence begins with "Who" and is not a question.
fn has_who_as_subject(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches(['/', '!', '-', '#', '*']).trim_start();
    let begins = text.starts_with("Who ") || text.contains(". Who ");
    begins && !text.contains('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<Finding> {
        check(&Source { path: "a.md".into(), text: text.into() })
    }

    #[test]
    fn private_word_is_a_finding_that_names_the_page() {
        let found = findings("One.\nThe token is Renewed.\n");
        assert_eq!(found, [(2, "`renewed`: refreshed (docs/language.md)".to_owned())]);
        assert_eq!(findings("An endpoint URL that is none.\n").len(), 2);
        assert_eq!(findings("The renewable_until key; a nobody.\n").len(), 2);
    }

    #[test]
    fn who_as_subject_is_a_finding_but_a_question_is_not() {
        assert_eq!(findings("/// Who asks for a token.\n").len(), 1);
        assert_eq!(findings("First. Who asks gets one.\n").len(), 1);
        assert_eq!(findings("## Who uses it?\n"), []);
        assert_eq!(findings("The World Health Organization (WHO) is one.\n"), []);
    }
}
