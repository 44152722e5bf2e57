use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use vestibule_os::{Limits, Shell, run_program};
use vestibule_types::Secret;
use vestibule_world::{Command, Either, Finished, Processes, block_on, race};

fn command(line: &str) -> Command {
    Command::shell(Secret::new(line))
}

#[track_caller]
fn check(line: &str, code: i32, stdout: &str, stderr: &str) {
    let Finished { code: found, stdout: printed, stderr: shown, .. } =
        block_on(Shell::default().run(&command(line))).unwrap();
    assert_eq!(
        (found, &printed[..], &shown[..]),
        (Some(code), stdout.as_bytes(), stderr),
        "{line}"
    );
}

#[test]
fn finished_command_returns_status_and_output() {
    check("echo out; echo err >&2; exit 3", 3, "out\n", "err");
    check("exec true", 0, "", "");
    check("cat", 0, "", "");
    check("exec >&- 2>&-; exit 4", 4, "", "");
    let missing = block_on(Shell::default().run(&command("vestibule-no-such-program"))).unwrap();
    assert_eq!(missing.code, Some(127));
    let killed = block_on(Shell::default().run(&command("kill -s KILL $$"))).unwrap();
    assert_eq!(killed.code, None);
}

#[test]
fn command_inherits_the_environment_with_added_variables() {
    let mut command = command("test -n \"$PATH\" && echo \"$CHAIN\"");
    command.vars.push(("CHAIN".into(), "dev,prod".into()));
    assert_eq!(&block_on(Shell::default().run(&command)).unwrap().stdout[..], b"dev,prod\n");
}

#[test]
fn long_output_on_both_streams_is_read() {
    let line = "yes out | head -c 60000; yes err | head -c 200000 >&2";
    let finished = block_on(Shell::default().run(&command(line))).unwrap();
    assert_eq!((finished.stdout.len(), finished.code), (60000, Some(0)));
    assert!(finished.stderr.ends_with("err") && finished.stderr.len() <= 1024);
}

#[tokio::test]
async fn command_runs_under_tokio() {
    assert_eq!(&Shell::default().run(&command("echo out")).await.unwrap().stdout[..], b"out\n");
}

#[test]
fn background_process_is_not_waited_for() {
    let line = "sleep 5 >/dev/null & echo out";
    let mut command = command(line);
    command.timeout = Duration::from_secs(4);
    assert_eq!(&block_on(Shell::default().run(&command)).unwrap().stdout[..], b"out\n");
}

/// A pipe that is held open by the children of a command: a reader sees its end once all of them
/// have ended.
struct Lifeline {
    _home: TempDir,
    path: PathBuf,
}

impl Lifeline {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lifeline");
        let made =
            block_on(Shell::default().run(&command(&format!("mkfifo '{}'", path.display()))))
                .unwrap();
        assert_eq!(made.code, Some(0));
        Self { _home: home, path }
    }

    /// A command that runs `background` with the pipe as stdout, and then `front`.
    fn command(&self, background: &str, front: &str) -> Command {
        command(&format!("{background} >'{}' & {front}", self.path.display()))
    }

    /// Waits until a child has opened the pipe, and then until all have closed it.
    fn wait_for_end(&self) -> thread::JoinHandle<()> {
        let path = self.path.clone();
        thread::spawn(move || assert!(fs::read(path).unwrap().is_empty()))
    }

    /// Asserts that all children have ended, also if they ended before opening the pipe.
    fn assert_ended(&self, waiting: thread::JoinHandle<()>) {
        drop(File::options().read(true).write(true).open(&self.path).unwrap());
        waiting.join().unwrap();
    }
}

#[test]
fn timeout_kills_children_too() {
    let lifeline = Lifeline::new();
    let waiting = lifeline.wait_for_end();
    let mut command = lifeline.command("sleep 60", "wait");
    command.timeout = Duration::from_millis(200);
    assert_eq!(block_on(Shell::default().run(&command)).unwrap_err().kind(), ErrorKind::TimedOut);
    lifeline.assert_ended(waiting);
}

#[test]
fn program_over_its_time_limit_is_killed_with_its_children() {
    let lifeline = Lifeline::new();
    let waiting = lifeline.wait_for_end();
    let line = format!("sleep 60 >'{}' & wait", lifeline.path.display());
    let limits = Limits { timeout: Duration::from_millis(200), output: 0 };
    let error = run_program("sh".as_ref(), &["-c", &line], b"", limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    lifeline.assert_ended(waiting);
}

#[test]
fn output_over_the_limit_kills_the_command() {
    let lifeline = Lifeline::new();
    let waiting = lifeline.wait_for_end();
    let command = lifeline.command("sleep 60", "yes");
    assert_eq!(
        block_on(Shell::default().run(&command)).unwrap_err().kind(),
        ErrorKind::FileTooLarge
    );
    lifeline.assert_ended(waiting);
}

#[tokio::test]
async fn dropped_future_kills_the_command() {
    let lifeline = Lifeline::new();
    let command = lifeline.command("sleep 60", "wait");
    let path = lifeline.path.clone();
    let started = tokio::task::spawn_blocking(move || File::open(path).unwrap());
    let Either::Second(file) = race(Shell::default().run(&command), started).await else {
        unreachable!()
    };
    let mut rest = Vec::new();
    assert_eq!(file.unwrap().read_to_end(&mut rest).unwrap(), 0);
}

/// Runs one of the tests below in the foreground of a new terminal, with something typed there.
fn at_a_terminal(test: &str, typed: &str) -> String {
    use std::io::Write as _;
    use std::process::Stdio;
    let test = format!("{} --exact {test} --nocapture", std::env::current_exe().unwrap().display());
    let mut script = std::process::Command::new("script");
    if cfg!(target_os = "linux") {
        script.args(["--quiet", "--return", "--command", &test, "/dev/null"]);
    } else {
        // Of BSD.
        script.args(["-q", "/dev/null", "sh", "-c", &test]);
    }
    let mut script = script
        .env("VESTIBULE_TEST_AT_A_TERMINAL", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    script.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = script.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{shown}");
    shown
}

fn is_at_a_terminal() -> bool {
    std::env::var_os("VESTIBULE_TEST_AT_A_TERMINAL").is_some()
}

#[test]
fn command_prompts_at_the_terminal() {
    if !is_at_a_terminal() {
        let shown = at_a_terminal("process::command_prompts_at_the_terminal", "123456\n");
        assert!(shown.contains("Code: "), "{shown}");
        return;
    }
    let line = "printf 'Code: ' >&2; read -r code; test -t 0 && test -t 2 && echo \"got $code\"";
    let finished = block_on(Shell::default().run(&command(line))).unwrap();
    assert_eq!((&finished.stdout[..], finished.code), (&b"got 123456\n"[..], Some(0)));
}

#[test]
fn command_reads_from_the_terminal_device() {
    if !is_at_a_terminal() {
        at_a_terminal("process::command_reads_from_the_terminal_device", "654321\n");
        return;
    }
    let line = "read -r code </dev/tty; echo \"got $code\"";
    let finished = block_on(Shell::default().run(&command(line))).unwrap();
    assert_eq!(&finished.stdout[..], b"got 654321\n");
}

#[test]
fn command_without_prompts_has_no_stdin_at_a_terminal() {
    if !is_at_a_terminal() {
        at_a_terminal("process::command_without_prompts_has_no_stdin_at_a_terminal", "");
        return;
    }
    let shell = Shell::with_prompts_if(|| false);
    let finished = block_on(shell.run(&command("test -t 0 || test -t 2 || cat"))).unwrap();
    assert_eq!((&finished.stdout[..], finished.code), (&b""[..], Some(0)));
}

#[test]
fn exceeded_limit_is_named_in_the_error() {
    let mut slow = command("sleep 60");
    slow.timeout = Duration::from_millis(100);
    let error = block_on(Shell::default().run(&slow)).unwrap_err();
    assert_eq!(error.to_string(), "ran longer than 0.1 s");
    let error = block_on(Shell::default().run(&command("yes"))).unwrap_err();
    assert_eq!(error.to_string(), "printed more than 65536 bytes");
}
