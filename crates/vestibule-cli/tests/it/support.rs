//! The test environment: a home folder, an emulator behind a socket, a browser, and the program.

mod browser;
pub(crate) mod command;
mod platform;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use vestibule_emulator::{Builder, Emulator, Server, SystemEntropy};
pub(crate) use vestibule_test_env::CONFIG;

use self::browser::AutoApprover;
#[cfg(unix)]
pub(crate) use self::platform::in_terminal;
use self::platform::platform_vars;
pub(crate) use self::platform::{hint_here, with_slashes};

/// Upper bound for any run of the program; a refresh may take two minutes.
const TIMEOUT: Duration = Duration::from_secs(150);

/// Commands that print secrets by design.
const PRINT_SECRETS: [&str; 7] =
    ["credential", "exec", "serve", "console", "auth-token", "agent", "roles-anywhere"];

/// Everything that a run of the program needs. On drop, all output and all browser arguments are
/// searched for the emulator's secrets.
pub(crate) struct TestEnv {
    pub(crate) emulator: Emulator,
    pub(crate) server: Server,
    home: TempDir,
    /// Clock offset of the programs in seconds.
    ahead: AtomicI64,
    recorded: Mutex<Vec<(String, String)>>,
    browser: AutoApprover,
}

impl TestEnv {
    /// Returns the emulator's default instance and a home with [`CONFIG`], not signed in.
    pub(crate) fn new() -> Self {
        Self::with_emulator(Emulator::builder())
    }

    /// Returns an environment with another emulator.
    pub(crate) fn with_emulator(builder: Builder) -> Self {
        let emulator = builder.entropy(Arc::new(SystemEntropy)).build();
        let home = tempfile::tempdir().unwrap();
        let env = Self {
            server: Server::start(emulator.clone()).unwrap(),
            browser: AutoApprover::start(emulator.clone()),
            emulator,
            home,
            ahead: AtomicI64::default(),
            recorded: Mutex::default(),
        };
        env.write(".aws/config", CONFIG);
        env
    }

    /// Returns the default environment, signed in.
    pub(crate) fn signed_in() -> Self {
        let env = Self::new();
        env.run(["login"]).succeeded();
        env
    }

    /// Returns a path under the home folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        // With the separators of the platform, which messages have too.
        relative.split('/').fold(self.home.path().to_owned(), |path, part| path.join(part))
    }

    /// Writes a file under the home folder.
    pub(crate) fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Advances the clock of the emulator and of programs started from now on.
    pub(crate) fn advance(&self, span: Duration) {
        self.emulator.clock().advance(span);
        self.set_ahead(self.ahead() + i64::try_from(span.as_secs()).unwrap());
    }

    /// Sets the clock offset of the programs.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::SeqCst);
    }

    /// Returns the clock offset of the programs.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::SeqCst)
    }

    /// Returns an invocation of the program.
    pub(crate) fn vestibule<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
    ) -> Invocation<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command.args(args);
        self.prepared(command)
    }

    /// Returns an invocation of any command, with the program's environment.
    pub(crate) fn prepared(&self, mut command: Command) -> Invocation<'_> {
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("AWS_ENDPOINT_URL", self.server.http())
            .envs(self.browser.variables())
            .envs(platform_vars(self.home.path()))
            .env("TZ", "UTC0")
            .env("VESTIBULE_CLOCK_OFFSET", self.ahead().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Invocation { env: self, command }
    }

    /// Runs the program to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.vestibule(args).run()
    }

    /// Returns the arguments that browsers were started with.
    pub(crate) fn pages_opened(&self) -> Vec<String> {
        self.browser.opened()
    }

    /// Returns the path of the only token file.
    pub(crate) fn token_file(&self) -> PathBuf {
        let tokens: Vec<_> = files_in(&self.path(".aws/sso/cache"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .filter(|path| fs::read_to_string(path).unwrap().contains("startUrl"))
            .collect();
        let [token] = &tokens[..] else { panic!("not one token: {tokens:?}") };
        token.clone()
    }

    /// Returns the content of the token file.
    pub(crate) fn token(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.token_file()).unwrap()).unwrap()
    }

    /// Returns temporary files left in the caches.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let folders = [".aws/sso/cache", ".aws/cli/cache"].map(|folder| self.path(folder));
        let known = |path: &PathBuf| {
            let extension = path.extension().and_then(OsStr::to_str);
            matches!(extension, Some("json" | "keychain" | "lock" | "session" | "portal"))
        };
        folders.iter().flat_map(|folder| files_in(folder)).filter(|path| !known(path)).collect()
    }

    fn recorded(&self, what: &str, text: &str) {
        self.recorded.lock().unwrap().push((what.to_owned(), text.to_owned()));
    }
}

impl Drop for TestEnv {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let violations = self.emulator.violations();
        assert!(
            violations.is_empty(),
            "requests are not as AWS's models have them: {violations:?}"
        );
        let secrets = self.emulator.secrets();
        let pages = self.pages_opened().into_iter().map(|page| ("a browser".to_owned(), page));
        for (what, text) in self.recorded.lock().unwrap().drain(..).chain(pages) {
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{what} shows `{secret}`:\n{text}");
            }
            assert!(!text.contains("panicked at"), "{what} panicked:\n{text}");
        }
    }
}

/// A command with its arguments and its environment.
pub(crate) struct Invocation<'a> {
    env: &'a TestEnv,
    command: Command,
}

impl<'a> Invocation<'a> {
    /// Makes the program the leader of a process group, as shells do.
    #[cfg(unix)]
    pub(crate) fn in_own_group(mut self) -> Self {
        std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    #[cfg(unix)]
    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sets the working directory.
    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives the program a stdin to type into; see [`Running::type_line`].
    pub(crate) fn with_keyboard(mut self) -> Self {
        self.command.stdin(Stdio::piped());
        self
    }

    pub(crate) fn with_stdout(mut self, stdout: Stdio) -> Self {
        self.command.stdout(stdout);
        self
    }

    pub(crate) fn run(self) -> Output {
        self.start().wait()
    }

    pub(crate) fn start(mut self) -> Running<'a> {
        let mut child = self.command.spawn().unwrap();
        let args = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let prints_secrets = PRINT_SECRETS.iter().any(|word| args.contains(word));
        Running {
            command_line: format!("{:?}", self.command.get_args().collect::<Vec<_>>()),
            env: self.env,
            prints_secrets,
            out: lines_of(child.stdout.take()),
            error: lines_of(child.stderr.take()),
            stdout_so_far: String::new(),
            child,
        }
    }
}

/// A running program.
pub(crate) struct Running<'a> {
    env: &'a TestEnv,
    command_line: String,
    prints_secrets: bool,
    child: Child,
    out: Receiver<String>,
    error: Receiver<String>,
    /// Lines already read from stdout.
    stdout_so_far: String,
}

impl Running<'_> {
    /// Returns the next line of stdout; `None` at its end.
    pub(crate) fn line(&mut self) -> Option<String> {
        let line = next(&self.out, &self.command_line)?;
        self.stdout_so_far.push_str(&line);
        Some(line)
    }

    /// Waits for a line of stderr that contains these words.
    pub(crate) fn wait_for_error_line(&self, words: &str) {
        loop {
            let line = next(&self.error, &self.command_line);
            let line = line.unwrap_or_else(|| panic!("{} said no `{words}`", self.command_line));
            self.env.recorded(&self.command_line, &line);
            if line.contains(words) {
                return;
            }
        }
    }

    /// Returns the next `--json` event of this kind.
    pub(crate) fn event(&mut self, kind: &str) -> serde_json::Value {
        loop {
            let line = self
                .line()
                .unwrap_or_else(|| panic!("{} printed no `{kind}` event", self.command_line));
            let event: serde_json::Value = serde_json::from_str(&line).unwrap();
            if event["event"] == kind {
                return event;
            }
        }
    }

    pub(crate) fn type_line(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Ends the stdin of the program.
    #[cfg(unix)]
    pub(crate) fn close_keyboard(mut self) -> Self {
        drop(self.child.stdin.take());
        self
    }

    /// Sends SIGINT, as Ctrl-C does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends a signal to this process.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let (signal, id) = (format!("-{signal}"), self.id().to_string());
        assert!(Command::new("kill").args([signal, id]).status().unwrap().success());
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the process group, of which this process is the leader.
    #[cfg(unix)]
    pub(crate) fn signal_group(&self, signal: &str) {
        let (signal, group) = (format!("-{signal}"), format!("-{}", self.id()));
        // The program may have exited already.
        let _ = Command::new("kill").args([&signal, "--", &group]).stderr(Stdio::null()).status();
    }

    /// Sends a signal to the process group after `span`, unless the program exits before.
    #[cfg(unix)]
    pub(crate) fn signaled_after(mut self, signal: &str, span: Duration) -> Output {
        self.runs_for(span);
        self.signal_group(signal);
        self.wait()
    }

    /// Sends SIGKILL after `span`, unless the program exits before.
    pub(crate) fn killed_after(mut self, span: Duration) -> Output {
        self.runs_for(span);
        self.child.kill().unwrap();
        self.wait()
    }

    /// Sends SIGINT after `span`, unless the program exits before.
    #[cfg(unix)]
    pub(crate) fn interrupted_after(mut self, span: Duration) -> Output {
        self.runs_for(span);
        self.interrupt();
        self.wait()
    }

    /// Lets the program run for `span`, unless it exits before.
    pub(crate) fn runs_for(&mut self, span: Duration) {
        while let Ok(line) = self.out.recv_timeout(span) {
            self.stdout_so_far.push_str(&line);
        }
    }

    /// Ends a server: with SIGTERM, after which it exits with 0. On Windows it is killed.
    #[track_caller]
    pub(crate) fn stop(mut self) -> Output {
        #[cfg(unix)]
        self.signal("TERM");
        #[cfg(windows)]
        self.child.kill().unwrap();
        self.runs_for(TIMEOUT);
        let output = self.wait();
        assert!(cfg!(windows) || output.code == Some(0), "{output:?}");
        output
    }

    /// Waits for the program to exit.
    pub(crate) fn wait(mut self) -> Output {
        let rest: String = std::iter::from_fn(|| next(&self.out, &self.command_line)).collect();
        let stdout = with_slashes(std::mem::take(&mut self.stdout_so_far) + &rest);
        let stderr = std::iter::from_fn(|| next(&self.error, &self.command_line)).collect();
        let stderr = with_slashes(stderr);
        let code = self.child.wait().unwrap().code();
        if !self.prints_secrets {
            self.env.recorded(&self.command_line, &stdout);
        }
        self.env.recorded(&self.command_line, &stderr);
        Output { code, stdout, stderr }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // Still running only if the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Output and exit code of a finished program.
#[derive(Debug)]
pub(crate) struct Output {
    /// `None` if a signal ended the program.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    #[track_caller]
    pub(crate) fn exits_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn succeeded(&self) -> &Self {
        self.exits_with(0)
    }

    #[track_caller]
    pub(crate) fn stderr_contains(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no `{text}`: {self:#?}");
        self
    }

    /// Returns stdout parsed as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Returns stdout parsed as JSON lines.
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Sends a GET request to a loopback address and returns the whole response.
pub(crate) fn visit(address: &str) -> std::io::Result<String> {
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    send_raw(host, &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
}

/// Sends a raw request to a loopback address and returns the whole response.
pub(crate) fn send_raw(host: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(request.as_bytes())?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    Ok(response)
}

/// Returns the query parameters of a URL.
pub(crate) fn query(address: &str) -> BTreeMap<&str, &str> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split_once('=')).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Returns the lines of a stream, each with its line end, as they arrive.
fn lines_of(stream: Option<impl std::io::Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(stream) = stream else { return };
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while let Ok(1..) = stream.read_until(b'\n', &mut line) {
            let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
            line.clear();
        }
    });
    receiver
}

fn next(lines: &Receiver<String>, what: &str) -> Option<String> {
    match lines.recv_timeout(TIMEOUT) {
        Ok(line) => Some(line),
        Err(mpsc::RecvTimeoutError::Disconnected) => None,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what} does not end"),
    }
}
