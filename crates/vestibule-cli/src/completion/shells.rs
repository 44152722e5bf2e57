//! Completion scripts, and the output format of each shell.

use std::fmt::Write as _;

use vestibule_types::is_printable;

use super::Candidate;
use crate::args::Shell;
use crate::quoting::Dialect;

/// Returns the completion script of a shell.
pub(crate) fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("scripts/vestibule.bash"),
        Shell::Zsh => include_str!("scripts/vestibule.zsh"),
        Shell::Fish => include_str!("scripts/vestibule.fish"),
        Shell::Powershell => include_str!("scripts/vestibule.ps1"),
        Shell::Nushell => include_str!("scripts/vestibule.nu"),
    }
}

/// Returns whether a word may complete what was typed. Most shells decide that themselves.
pub(super) fn is_candidate(shell: Shell, at: &str, word: &str) -> bool {
    shell != Shell::Bash || word.starts_with(typed(at).1)
}

/// Returns the open quote of the word at the cursor, and the text after it.
fn typed(at: &str) -> (Option<char>, &str) {
    match at.chars().next() {
        Some(quote @ ('"' | '\'')) => (Some(quote), &at[1..]),
        _ => (None, at),
    }
}

/// Returns one candidate per line, with its description after a tab.
///
/// A name may contain characters that shells act on. Bash and Nushell insert the text as it is, so it is
/// quoted; the others quote it themselves. Bash does not filter candidates either.
pub(super) fn lines(shell: Shell, at: &str, candidates: &[Candidate]) -> String {
    let mut lines = String::new();
    for Candidate { word, about } in candidates {
        // A line break would be two candidates.
        if !word.chars().all(is_printable) {
            continue;
        }
        let about: String = about.chars().filter(|&c| is_printable(c)).collect();
        // Ignored: writing to a string cannot fail.
        let _ = match shell {
            Shell::Bash => match bash_word(at, word) {
                Some(word) => writeln!(lines, "{word}"),
                None => Ok(()),
            },
            Shell::Nushell => writeln!(lines, "{}\t{about}", nushell_word(word)),
            Shell::Powershell if word.contains(is_quotation_mark) => Ok(()),
            _ => writeln!(lines, "{word}\t{about}"),
        };
    }
    lines
}

/// Returns what bash may insert for a word that was typed as far as `at`; `None` if the word does not
/// match, or if bash could expand it.
///
/// Inside an open quote bash inserts the text as it is, so words with characters that have a meaning
/// there are left out. After a quote in the middle of a word, or a backslash, it is not known what
/// bash replaces.
fn bash_word(at: &str, word: &str) -> Option<String> {
    let (quote, typed) = typed(at);
    if !word.starts_with(typed) || typed.contains(['"', '\'', '\\', '$', '`']) {
        return None;
    }
    match quote {
        None => Some(Dialect::Posix.quote(word)),
        Some('"') if word.contains(['"', '$', '`', '\\', '!']) => None,
        Some('\'') if word.contains('\'') => None,
        Some(_) => Some(word.to_owned()),
    }
}

/// Returns whether PowerShell treats the character as a quotation mark besides `'` and `"`.
fn is_quotation_mark(char: char) -> bool {
    matches!(char, '\u{2018}'..='\u{201e}')
}

fn nushell_word(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("\"{}\"", word.replace('\\', r"\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shell: Shell, at: &str, expected: &str) {
        let candidates = [
            Candidate::new("dev", "one"),
            Candidate::new("a $(b)", ""),
            Candidate::new("x\ny", ""),
        ];
        assert_eq!(lines(shell, at, &candidates), expected);
    }

    #[test]
    fn candidates_are_quoted_for_each_shell() {
        check(Shell::Bash, "", "dev\n'a $(b)'\n");
        check(Shell::Bash, "d", "dev\n");
        check(Shell::Bash, "'a", "a $(b)\n");
        check(Shell::Bash, "\"a", "");
        check(Shell::Bash, "\"d", "dev\n");
        check(Shell::Bash, "a\\ ", "");
        check(Shell::Nushell, "", "dev\tone\n\"a $(b)\"\t\n");
        check(Shell::Zsh, "d", "dev\tone\na $(b)\t\n");
    }
}
