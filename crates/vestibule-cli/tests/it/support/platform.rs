//! What differs between Unix and Windows.

use std::ffi::OsString;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

/// Variables that programs of the platform need, and the home folder.
pub(super) fn platform_vars(home: &Path) -> Vec<(&'static str, OsString)> {
    if !cfg!(windows) {
        return vec![("HOME", home.into())];
    }
    let kept = ["SYSTEMROOT", "PATHEXT", "COMSPEC", "TEMP", "WINEPREFIX", "WINEDEBUG"];
    let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    kept.chain([("USERPROFILE", home.into())]).collect()
}

/// Returns a command that runs a line of a shell in a terminal.
#[cfg(unix)]
pub(crate) fn in_terminal(line: &str) -> Command {
    let mut script = Command::new("script");
    if cfg!(target_os = "linux") {
        script.args(["--quiet", "--return", "--command", line, "/dev/null"]);
    } else {
        // Of BSD.
        script.args(["-q", "/dev/null", "sh", "-c", line]);
    }
    script
}

/// Returns the text with `/` in paths below the home folder, as most tests expect them; they have
/// backslashes on Windows, which JSON doubles.
pub(crate) fn with_slashes(text: String) -> String {
    if !cfg!(windows) {
        return text;
    }
    let mut parts = text.split(r"~\");
    let mut result = parts.next().unwrap().to_owned();
    for part in parts {
        let is_path = |c: char| c.is_ascii_alphanumeric() || r"\._-".contains(c);
        let path = part.split(|c| !is_path(c)).next().unwrap();
        result += "~/";
        result += &path.replace(r"\\", r"\").trim_start_matches('\\').replace('\\', "/");
        result += &part[path.len()..];
    }
    result
}

/// Returns a hint as the shell of the platform has it: PowerShell on Windows.
pub(crate) fn hint_here(hint: &str) -> String {
    if !cfg!(windows) {
        return hint.to_owned();
    }
    if let Some(names) = hint.strip_prefix("unset ") {
        return format!("Remove-Item Env:{}", names.replace(' ', ",Env:"));
    }
    match hint.strip_prefix("export ").and_then(|assignment| assignment.split_once('=')) {
        Some((name, value)) => format!("$Env:{name} = '{value}'"),
        None => hint.to_owned(),
    }
}
