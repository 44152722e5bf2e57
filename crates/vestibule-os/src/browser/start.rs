use std::process::{Child, Command, Stdio};

use vestibule_world::Vars;

use crate::{set_own_process_group, thread};

/// Starts a browser without waiting for it; returns true if it was started.
///
/// On Windows the browser inherits no handles: while it ran, it would hold the pipes of this process
/// open, and a program that reads them would not see their end.
pub(super) fn start(command: &[String], vars: &Vars) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    #[cfg(windows)]
    if let Some(file) = crate::find_program(program, vars)
        && !is_batch_file(&file)
    {
        return detached::start(&file, arguments);
    }
    #[cfg(not(windows))]
    let _ = vars;
    start_by_std(program, arguments)
}

fn start_by_std(program: &str, arguments: &[String]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C must not reach the browser.
    set_own_process_group(&mut command);
    command.spawn().map(wait_in_background).is_ok()
}

/// Waits for a child, which would be a zombie otherwise.
fn wait_in_background(mut child: Child) {
    let _ = thread::spawn("vestibule-browser", move || drop(child.wait()));
}

/// Returns true for a script of `cmd`, which would act on `&` and `%` in a URL. Only the standard
/// library quotes them.
#[cfg(windows)]
fn is_batch_file(file: &std::path::Path) -> bool {
    let is_batch =
        |ext: &std::ffi::OsStr| ext.eq_ignore_ascii_case("bat") || ext.eq_ignore_ascii_case("cmd");
    file.extension().is_some_and(is_batch)
}

#[cfg(windows)]
mod detached {
    use std::path::Path;

    use winsafe::{CreateProcess, STARTUPINFO, co};

    use super::command_line;

    pub(super) fn start(file: &Path, arguments: &[String]) -> bool {
        let Some(program) = file.to_str() else { return false };
        let line = command_line(program, arguments);
        let mut info = STARTUPINFO::default();
        // In a group of its own, Ctrl-C does not reach it.
        let flags = co::CREATE::NEW_PROCESS_GROUP | co::CREATE::DETACHED_PROCESS;
        CreateProcess(Some(program), Some(&line), None, None, false, flags, &[], None, &mut info)
            .is_ok()
    }
}

/// Returns the command line from which a program of Windows reads these arguments.
/// <https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments>, read 2026-11.
#[cfg(any(windows, test))]
fn command_line(program: &str, arguments: &[String]) -> String {
    // A path contains no quotation mark.
    let mut line = format!("\"{program}\"");
    for argument in arguments {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    line
}

#[cfg(any(windows, test))]
fn quoted(argument: &str) -> String {
    if !argument.is_empty() && !argument.contains([' ', '\t', '"']) {
        return argument.to_owned();
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for c in argument.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                // Those before a quotation mark are doubled, and one more is for the mark.
                quoted.extend(std::iter::repeat_n('\\', backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        quoted.push(c);
    }
    quoted.extend(std::iter::repeat_n('\\', backslashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_command_line_keeps_each_argument() {
        let arguments =
            ["-P", "my work", r"C:\a b\", r#"say "hi""#, "", "https://x.test/?a=1&b=%20"];
        let line = command_line(r"C:\Program Files\b.exe", &arguments.map(str::to_owned));
        let expected = r#""C:\Program Files\b.exe" -P "my work" "C:\a b\\" "say \"hi\"" "" https://x.test/?a=1&b=%20"#;
        assert_eq!(line, expected);
    }
}
