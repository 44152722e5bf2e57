//! Completion scripts, and the output format of each shell.

use std::fmt::Write as _;

use vestibule_types::is_printable;

use super::Candidate;
use crate::args::Shell;
use crate::quoting::shell_word;

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

/// Returns one candidate per line, with its description after a tab.
///
/// A name may hold whatever a shell would act on. Bash and Nushell insert what they are given, so
/// they are given it quoted; the others quote it themselves. Bash does not choose either.
pub(super) fn lines(shell: Shell, at: &str, candidates: &[Candidate]) -> String {
    let mut lines = String::new();
    // Within an open quote Bash inserts the bare word.
    let typed = at.strip_prefix(['\'', '"']);
    for Candidate { word, about } in candidates {
        // A line break would be two candidates.
        if !word.chars().all(is_printable) {
            continue;
        }
        let about: String = about.chars().filter(|&c| is_printable(c)).collect();
        // Nothing fails to be written to a String.
        let _ = match (shell, typed) {
            (Shell::Bash, Some(typed)) if word.starts_with(typed) => writeln!(lines, "{word}"),
            (Shell::Bash, None) if word.starts_with(at) => writeln!(lines, "{}", shell_word(word)),
            (Shell::Bash, _) => Ok(()),
            (Shell::Nushell, _) => writeln!(lines, "{}\t{about}", nushell_word(word)),
            _ => writeln!(lines, "{word}\t{about}"),
        };
    }
    lines
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
        check(Shell::Nushell, "", "dev\tone\n\"a $(b)\"\t\n");
        check(Shell::Zsh, "d", "dev\tone\na $(b)\t\n");
    }
}
