//! Job objects.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

pub(super) use windows_spawn::{Child, Command, Stdio};
use windows_spawn::{CreationFlags, Job, SpawnOptions};

use super::running::{AtExit, Terminal};

/// Returns a command for `cmd /C`, with one more pair of quotes, since it removes one around the
/// line.
pub(super) fn shell(line: &str) -> Command {
    let mut shell = cmd();
    shell.raw_arg("/C").raw_arg(format!("\"{line}\""));
    shell
}

/// Returns the same command. Its raw arguments count as ordinary ones.
#[cfg(feature = "program")]
pub(super) fn program(command: process::Command) -> io::Result<Command> {
    let mut same = if is_batch_file(command.get_program()) {
        let mut shell = cmd();
        shell.raw_arg("/e:ON /v:OFF /d /c").raw_arg(batch_line(&command)?);
        shell
    } else {
        let mut same = Command::new(command.get_program());
        same.args(command.get_args());
        same
    };
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => same.env(name, value),
            None => same.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        same.current_dir(folder);
    }
    Ok(same)
}

/// Returns a command for `cmd.exe` of the system, wherever `PATH` has another one.
fn cmd() -> Command {
    let windows = std::env::var_os("SystemRoot").map(PathBuf::from);
    Command::new(windows.map_or("cmd.exe".into(), |folder| folder.join(r"System32\cmd.exe")))
}

#[cfg(feature = "program")]
fn is_batch_file(program: &OsStr) -> bool {
    let is_batch = |ext: &OsStr| ext.eq_ignore_ascii_case("bat") || ext.eq_ignore_ascii_case("cmd");
    Path::new(program).extension().is_some_and(is_batch)
}

/// Returns the line from which `cmd /c` starts a batch file with these arguments.
#[cfg(feature = "program")]
fn batch_line(command: &process::Command) -> io::Result<String> {
    // `cmd` itself would look into the current folder first.
    let program = command.get_program().to_str().ok_or(io::ErrorKind::InvalidInput)?;
    let file = crate::find_program(program, &crate::vars()).ok_or(io::ErrorKind::NotFound)?;
    let mut line = format!("\"\"{}\"", file.display());
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&quoted_for_batch(argument)?);
    }
    line.push('"');
    Ok(line)
}

/// Quotes an argument of a batch file as the standard library does: quotes are doubled, and a
/// substring of no characters after each `%` keeps `cmd` from replacing a variable.
#[cfg(feature = "program")]
fn quoted_for_batch(argument: &OsStr) -> io::Result<String> {
    let argument = argument.to_str().ok_or(io::ErrorKind::InvalidInput)?;
    if argument.contains(['\0', '\r', '\n']) {
        let message = "a batch file takes no argument of several lines";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for c in argument.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => quoted.extend(std::iter::repeat_n('\\', backslashes).chain(['"'])),
            '%' => quoted.push_str("%%cd:~,"),
            _ => {}
        }
        if c != '\\' {
            backslashes = 0;
        }
        quoted.push(c);
    }
    quoted.extend(std::iter::repeat_n('\\', backslashes));
    quoted.push('"');
    Ok(quoted)
}

/// A command and what it started: the processes of a job object. None of them can leave it.
#[derive(Clone)]
pub(super) struct Tree(Arc<Job>);

pub(super) fn spawn(
    command: &mut Command,
    terminal: Terminal,
    at_exit: AtExit,
) -> io::Result<(Child, Tree)> {
    let job = Job::create()?;
    // This process has the only handle, and the system closes it, however this process ends.
    job.set_kill_on_close(at_exit == AtExit::Kill)?;
    let flags = match terminal {
        Terminal::Shared => CreationFlags::new(),
        Terminal::None => CreationFlags::NO_WINDOW,
    };
    // The process is created in the job, so that nothing it starts is outside.
    let options = SpawnOptions::new().job(&job).creation_flags(flags);
    let child = command.spawn_with(options)?;
    Ok((child, Tree(Arc::new(job))))
}

/// Starts a program that this process does not wait for, in a console without a window, and without
/// handles of this process.
#[cfg(feature = "browser")]
pub(crate) fn start_in_background(command: process::Command) -> io::Result<()> {
    let mut command = program(command)?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let options = SpawnOptions::new().creation_flags(CreationFlags::NO_WINDOW);
    command.spawn_with(options).map(drop)
}

impl Tree {
    pub(super) fn kill(&self) {
        let _ = self.0.terminate(1);
    }

    /// Lets what a command left in the background, such as an agent for keys, outlive this process.
    pub(super) fn release(&self) {
        let _ = self.0.set_kill_on_close(false);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    use super::super::running::Running;
    use super::*;

    /// Variable with the address that [`helper_connection`] connects to.
    const ADDRESS: &str = "TEST_ADDRESS";

    /// A program that connects, and sends back one byte. As a test it does nothing.
    #[test]
    fn helper_connection() {
        if let Ok(address) = std::env::var(ADDRESS) {
            let mut connection = TcpStream::connect(address).unwrap();
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            connection.write_all(&byte).unwrap();
        }
    }

    #[test]
    fn background_process_of_a_finished_command_goes_on() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = std::env::current_exe().unwrap();
        let test = "process::windows::tests::helper_connection";
        let mut shell = shell(&format!("start /B \"\" \"{}\" --exact {test}", this.display()));
        shell.env(ADDRESS, listener.local_addr().unwrap().to_string());
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = Running::start(&mut shell, Terminal::None, AtExit::Kill).unwrap();
        while running.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        drop(running);
        let mut connection = listener.accept().unwrap().0;
        connection.write_all(b"x").unwrap();
        connection.read_exact(&mut [0]).unwrap();
    }

    #[test]
    fn argument_of_a_batch_file_is_quoted() {
        for (argument, expected) in [
            ("", r#""""#),
            ("a b&c", r#""a b&c""#),
            (r#"say "hi""#, r#""say ""hi""""#),
            (r#"a\"b"#, r#""a\\""b""#),
            (r"C:\a b\", r#""C:\a b\\""#),
            ("%PATH%", r#""%%cd:~,%PATH%%cd:~,%""#),
        ] {
            assert_eq!(quoted_for_batch(argument.as_ref()).unwrap(), expected);
        }
        let error = quoted_for_batch("a\nb".as_ref()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
