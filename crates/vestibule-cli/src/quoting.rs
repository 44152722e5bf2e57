//! Text to type into the user's shell.

use std::sync::OnceLock;

use vestibule::{Platform, Vars};

/// The kind of shell that hints and printed assignments are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Posix,
    Powershell,
    /// `cmd.exe`.
    Cmd,
}

impl Dialect {
    /// Returns the dialect of the shell that probably started this program.
    pub(crate) fn current() -> Self {
        static CURRENT: OnceLock<Dialect> = OnceLock::new();
        *CURRENT.get_or_init(|| Self::detect(&vestibule_os::vars(), Platform::HERE))
    }

    /// Guesses the shell on Windows from the variables that each sets: Git Bash sets `SHELL`, and
    /// PowerShell adds the user's folder to `PSModulePath`. Only `cmd` sets `PROMPT`.
    fn detect(vars: &Vars, platform: Platform) -> Self {
        if platform != Platform::Windows || vars.get("SHELL").is_some() {
            return Self::Posix;
        }
        // `vestibule_os::vars` has all names in upper case on Windows.
        let modules = vars.get(&"PSModulePath".to_uppercase()).unwrap_or_default().to_lowercase();
        let home = vars.get("USERPROFILE").unwrap_or(r"\documents\").to_lowercase();
        let is_cmd = vars.get("PROMPT").is_some() && !modules.contains(&home);
        if is_cmd { Self::Cmd } else { Self::Powershell }
    }

    /// Returns the text quoted as one word.
    pub(crate) fn quote(self, text: &str) -> String {
        let ordinary = match self {
            Self::Posix => "_-./:@%+=,",
            // The separator of folders has no other meaning in these shells.
            Self::Powershell | Self::Cmd => r"_-./:\+=",
        };
        let is_ordinary =
            |byte: u8| byte.is_ascii_alphanumeric() || ordinary.contains(byte as char);
        if !text.is_empty() && text.bytes().all(is_ordinary) {
            return text.to_owned();
        }
        match self {
            Self::Posix => format!("'{}'", text.replace('\'', r"'\''")),
            Self::Powershell => format!("'{}'", text.replace('\'', "''")),
            Self::Cmd => format!("\"{}\"", text.replace('"', "\"\"")),
        }
    }

    /// Returns a line that sets an environment variable.
    pub(crate) fn assignment(self, name: &str, value: &str) -> String {
        match self {
            Self::Posix => format!("export {name}={}", self.quote(value)),
            Self::Powershell => format!("$Env:{name} = '{}'", value.replace('\'', "''")),
            Self::Cmd => format!("set \"{name}={value}\""),
        }
    }

    /// Returns a line that removes environment variables.
    pub(crate) fn removal(self, names: &[impl AsRef<str>]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        match self {
            Self::Posix => format!("unset {}", names.join(" ")),
            Self::Powershell => format!("Remove-Item Env:{}", names.join(",Env:")),
            Self::Cmd => {
                let lines: Vec<_> = names.iter().map(|name| format!("set {name}=")).collect();
                lines.join("&")
            }
        }
    }
}

/// Returns the text quoted as one word of the user's shell.
pub(crate) fn shell_word(text: &str) -> String {
    Dialect::current().quote(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn detects(vars: &[(&str, &str)], expected: Dialect) {
        let vars: Vars = vars.iter().copied().collect();
        assert_eq!(Dialect::detect(&vars, Platform::Windows), expected);
        assert_eq!(Dialect::detect(&vars, Platform::Unix), Dialect::Posix);
    }

    #[test]
    fn shell_on_windows_is_detected_by_its_variables() {
        let home = ("USERPROFILE", r"C:\Users\Ann");
        let system = (
            "PSMODULEPATH",
            r"C:\Program Files\WindowsPowerShell\Modules;C:\Windows\system32\WindowsPowerShell\v1.0\Modules",
        );
        let own = ("PSMODULEPATH", r"C:\users\ann\Documents\WindowsPowerShell\Modules;C:\x");
        let prompt = ("PROMPT", "$P$G");
        detects(&[home, system, prompt], Dialect::Cmd);
        detects(&[home, own, prompt], Dialect::Powershell);
        detects(&[home, own], Dialect::Powershell);
        detects(&[home, system, ("SHELL", "/usr/bin/bash")], Dialect::Posix);
    }

    #[test]
    fn words_are_quoted_for_each_shell() {
        use Dialect::{Cmd, Posix, Powershell};
        for (text, posix, powershell, cmd) in [
            ("my-sso", "my-sso", "my-sso", "my-sso"),
            (r"C:\a", r"'C:\a'", r"C:\a", r"C:\a"),
            ("a b", "'a b'", "'a b'", "\"a b\""),
            ("Ann's $org", r"'Ann'\''s $org'", "'Ann''s $org'", "\"Ann's $org\""),
            ("a@b,c", "a@b,c", "'a@b,c'", "\"a@b,c\""),
            ("", "''", "''", "\"\""),
        ] {
            assert_eq!(Posix.quote(text), posix);
            assert_eq!(Powershell.quote(text), powershell);
            assert_eq!(Cmd.quote(text), cmd);
        }
    }

    #[test]
    fn variables_are_set_and_removed_in_each_shell() {
        use Dialect::{Cmd, Posix, Powershell};
        let names = ["A", "B"];
        assert_eq!(Posix.assignment("A", "x y"), "export A='x y'");
        assert_eq!(Powershell.assignment("A", "x y"), "$Env:A = 'x y'");
        assert_eq!(Cmd.assignment("A", "x y"), "set \"A=x y\"");
        assert_eq!(Posix.removal(&names), "unset A B");
        assert_eq!(Powershell.removal(&names), "Remove-Item Env:A,Env:B");
        assert_eq!(Cmd.removal(&names), "set A=&set B=");
    }
}
