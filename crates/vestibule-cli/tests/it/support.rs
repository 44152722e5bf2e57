//! A home folder, an emulator behind a socket, somebody at the browser, and the program.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tempfile::TempDir;
use vestibule_emulator::{Builder, Emulator, Machine, Server};

/// The longest that any run of the program may take.
const BOUND: Duration = Duration::from_secs(60);

/// What the README has people write.
pub(crate) const CONFIG: &str = "\
[default]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1

[sso-session my-sso]
sso_start_url = https://provided-domain.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
";

/// Commands whose very result is a secret.
const HAND_OUT: [&str; 4] = ["export-credentials", "exec", "serve", "console"];

/// Everything that a run of the program meets. When it goes, all that the program ever printed
/// and every argument that a browser ever got is searched for every secret of the emulator.
pub(crate) struct Lab {
    pub(crate) emulator: Emulator,
    pub(crate) server: Server,
    home: TempDir,
    /// By how many seconds the clock of the programs is ahead.
    ahead: AtomicI64,
    heard: Mutex<Vec<(String, String)>>,
    person: Person,
}

impl Lab {
    /// The emulator's default instance, and a home with [`CONFIG`] in which nobody signed in.
    pub(crate) fn new() -> Self {
        Self::over(Emulator::builder())
    }

    /// Another instance.
    pub(crate) fn over(builder: Builder) -> Self {
        let emulator = builder.clock(Arc::new(Machine)).entropy(Arc::new(Machine)).build();
        let home = tempfile::tempdir().unwrap();
        let lab = Self {
            server: Server::start(emulator.clone()).unwrap(),
            person: Person::at(home.path(), emulator.clone()),
            emulator,
            home,
            ahead: AtomicI64::default(),
            heard: Mutex::default(),
        };
        lab.write(".aws/config", CONFIG);
        lab
    }

    /// The same, after a sign-in.
    pub(crate) fn signed_in() -> Self {
        let lab = Self::new();
        lab.run(["login"]).succeeded();
        lab
    }

    /// A place under the home folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.home.path().join(relative)
    }

    /// Writes a file under the home folder.
    pub(crate) fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Lets time pass, for the emulator and for the programs started from now on.
    pub(crate) fn pass(&self, span: Duration) {
        self.emulator.clock().advance(span);
        self.set_ahead(self.ahead() + i64::try_from(span.as_secs()).unwrap());
    }

    /// Sets by how many seconds the programs' clock is ahead of the true one.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.ahead.store(seconds, Ordering::SeqCst);
    }

    /// By how many that is.
    pub(crate) fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::SeqCst)
    }

    /// The program, about to be run.
    pub(crate) fn vestibule<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
    ) -> Invocation<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command.args(args);
        self.prepared(command)
    }

    /// Any command, with the program's environment.
    pub(crate) fn prepared(&self, mut command: Command) -> Invocation<'_> {
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("AWS_ENDPOINT_URL", self.server.http())
            .env("BROWSER", format!("sh {} %s", self.path("browser.sh").display()))
            .env("VESTIBULE_CLOCK_OFFSET", self.ahead().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Invocation { lab: self, command }
    }

    /// Runs the program to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ran {
        self.vestibule(args).run()
    }

    /// The arguments that browsers were started with.
    pub(crate) fn pages_opened(&self) -> Vec<String> {
        self.person.saw.lock().unwrap().clone()
    }

    /// The one token file there is, as text.
    pub(crate) fn token_file(&self) -> PathBuf {
        let tokens: Vec<_> = files_in(&self.path(".aws/sso/cache"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .filter(|path| fs::read_to_string(path).unwrap().contains("startUrl"))
            .collect();
        let [token] = &tokens[..] else { panic!("not one token: {tokens:?}") };
        token.clone()
    }

    /// What the token file says.
    pub(crate) fn token(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.token_file()).unwrap()).unwrap()
    }

    /// Files in the caches that no other tool knows, locks aside.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let folders = [".aws/sso/cache", ".aws/cli/cache"].map(|folder| self.path(folder));
        let known = |path: &PathBuf| {
            let extension = path.extension().and_then(OsStr::to_str);
            matches!(extension, Some("json" | "lock"))
        };
        folders.iter().flat_map(|folder| files_in(folder)).filter(|path| !known(path)).collect()
    }

    fn heard(&self, what: &str, text: &str) {
        self.heard.lock().unwrap().push((what.to_owned(), text.to_owned()));
    }
}

impl Drop for Lab {
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
        for (what, text) in self.heard.lock().unwrap().drain(..).chain(pages) {
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{what} shows `{secret}`:\n{text}");
            }
            assert!(!text.contains("panicked at"), "{what} panicked:\n{text}");
        }
    }
}

/// The program with its arguments and its environment.
pub(crate) struct Invocation<'a> {
    lab: &'a Lab,
    command: Command,
}

impl<'a> Invocation<'a> {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With somebody at the keyboard; see [`Running::types`].
    pub(crate) fn with_keyboard(mut self) -> Self {
        self.command.stdin(Stdio::piped());
        self
    }

    pub(crate) fn with_stdout(mut self, stdout: Stdio) -> Self {
        self.command.stdout(stdout);
        self
    }

    pub(crate) fn run(self) -> Ran {
        self.start().ends()
    }

    pub(crate) fn start(mut self) -> Running<'a> {
        let mut child = self.command.spawn().unwrap();
        let hands_out = self.command.get_args().any(|arg| HAND_OUT.iter().any(|word| arg == *word));
        Running {
            what: format!("{:?}", self.command.get_args().collect::<Vec<_>>()),
            lab: self.lab,
            hands_out,
            out: lines_of(child.stdout.take()),
            error: lines_of(child.stderr.take()),
            said: String::new(),
            child,
        }
    }
}

/// The program while it runs.
pub(crate) struct Running<'a> {
    lab: &'a Lab,
    what: String,
    hands_out: bool,
    child: Child,
    out: Receiver<String>,
    error: Receiver<String>,
    /// What was already taken from stdout.
    said: String,
}

impl Running<'_> {
    /// The next line of stdout; `None` if there is no more.
    pub(crate) fn line(&mut self) -> Option<String> {
        let line = next(&self.out, &self.what)?;
        self.said.push_str(&line);
        Some(line)
    }

    /// The next event of `--json` of this kind.
    pub(crate) fn event(&mut self, kind: &str) -> serde_json::Value {
        loop {
            let line = self.line().unwrap_or_else(|| panic!("{} said no `{kind}`", self.what));
            let event: serde_json::Value = serde_json::from_str(&line).unwrap();
            if event["event"] == kind {
                return event;
            }
        }
    }

    pub(crate) fn types(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Ctrl-C.
    pub(crate) fn interrupts(&self) {
        self.gets("INT");
    }

    /// A signal, for this process alone.
    pub(crate) fn gets(&self, signal: &str) {
        let (signal, id) = (format!("-{signal}"), self.id().to_string());
        assert!(Command::new("kill").args([signal, id]).status().unwrap().success());
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9` after this long, unless it ends before.
    pub(crate) fn killed_after(mut self, span: Duration) -> Ran {
        self.runs_for(span);
        self.child.kill().unwrap();
        self.ends()
    }

    /// Ctrl-C after this long, unless it ends before.
    pub(crate) fn interrupted_after(mut self, span: Duration) -> Ran {
        self.runs_for(span);
        self.interrupts();
        self.ends()
    }

    fn runs_for(&mut self, span: Duration) {
        while let Ok(line) = self.out.recv_timeout(span) {
            self.said.push_str(&line);
        }
    }

    /// Waits for the end.
    pub(crate) fn ends(mut self) -> Ran {
        let rest: String = std::iter::from_fn(|| next(&self.out, &self.what)).collect();
        let stdout = std::mem::take(&mut self.said) + &rest;
        let stderr: String = std::iter::from_fn(|| next(&self.error, &self.what)).collect();
        let code = self.child.wait().unwrap().code();
        if !self.hands_out {
            self.lab.heard(&self.what, &stdout);
        }
        self.lab.heard(&self.what, &stderr);
        Ran { code, stdout, stderr }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // Of a test that failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` if by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn ended(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn succeeded(&self) -> &Self {
        self.ended(0)
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.stderr.contains(words), "no `{words}`: {self:#?}");
        self
    }

    /// Stdout as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Stdout as lines of JSON.
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Sits at the browser, and approves whatever appears in it.
struct Person {
    fifo: PathBuf,
    /// All arguments of each start.
    saw: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

const GOES_HOME: &str = "goes home";

impl Person {
    fn at(home: &Path, emulator: Emulator) -> Self {
        let fifo = home.join("browser");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let script = format!("printf '%s\\n' \"$*\" > '{}'\n", fifo.display());
        fs::write(home.join("browser.sh"), script).unwrap();
        // Open at both ends, so that it does not end with the first browser.
        let pages = OpenOptions::new().read(true).write(true).open(&fifo).unwrap();
        let saw = Arc::new(Mutex::new(Vec::new()));
        let seen = saw.clone();
        let thread = thread::spawn(move || {
            for page in BufReader::new(pages).lines().map_while(Result::ok) {
                if page == GOES_HOME {
                    return;
                }
                seen.lock().unwrap().push(page.clone());
                // A link into the console leads to AWS itself, where nobody waits.
                let redirect = emulator.authorize(&page);
                if let Some(redirect) = redirect.filter(|to| to.starts_with("http://")) {
                    // The program may have been killed.
                    let _ = visit(&redirect);
                }
            }
        });
        Self { fifo, saw, thread: Some(thread) }
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let told = fs::write(&self.fifo, format!("{GOES_HOME}\n"));
        if let Some(thread) = self.thread.take().filter(|_| told.is_ok()) {
            let _ = thread.join();
        }
    }
}

/// Goes to an address on this machine, as a browser does; the whole answer.
pub(crate) fn visit(address: &str) -> std::io::Result<String> {
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    say(host, &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
}

/// Sends these words to a host on this machine; the whole answer.
pub(crate) fn say(host: &str, words: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(BOUND))?;
    stream.write_all(words.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The parameters in the query of an address.
pub(crate) fn query(address: &str) -> BTreeMap<&str, &str> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter_map(|pair| pair.split_once('=')).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The lines of a stream, each with its end, as they come.
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
    match lines.recv_timeout(BOUND) {
        Ok(line) => Some(line),
        Err(mpsc::RecvTimeoutError::Disconnected) => None,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what} does not end"),
    }
}
