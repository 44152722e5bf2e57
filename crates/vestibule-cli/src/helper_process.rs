//! Refreshes in a process of their own, which no signal to this one interrupts.
//!
//! A refresh token may work only once: a command that ends between request and store would lose
//! the session of every program on the machine. So the command starts itself again, in a session
//! without a terminal, and waits for the report. The helper stores the token; the report and the
//! arguments have no secrets.

use std::env;
use std::io::{self, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;

use tokio::sync::oneshot;
use vestibule::world::{BoxFuture, World};
use vestibule::{RefreshHelper, RefreshJob, RefreshReport};

use crate::args::Global;

/// The hidden command.
const COMMAND: &str = "refresh-helper";
/// A report is one line.
pub(crate) const MAX_REPORT: u64 = 64 << 10;

/// Starts this program again for each refresh.
#[derive(Clone, Debug)]
pub(crate) struct HelperProcess {
    /// The global options that decide which settings apply.
    args: Vec<String>,
    /// Only a log goes to stderr.
    is_verbose: bool,
}

impl HelperProcess {
    pub(crate) fn new(global: &Global, directory_profile: Option<&str>) -> Self {
        let option = |name: &str, value: Option<&str>| {
            let words = value.into_iter().flat_map(|value| [name.to_owned(), value.to_owned()]);
            words.collect::<Vec<_>>()
        };
        let mut args = option("--profile", global.profile.as_deref().or(directory_profile));
        args.extend(option("--region", global.region.as_deref()));
        args.extend((0..global.verbose).map(|_| "-v".to_owned()));
        args.push(COMMAND.to_owned());
        Self { args, is_verbose: 0 < global.verbose }
    }

    fn start(&self, job: &RefreshJob) -> io::Result<Child> {
        let mut command = Command::new(env::current_exe()?);
        command
            .args(&self.args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if self.is_verbose { Stdio::inherit() } else { Stdio::null() });
        // Windows ends every program of a console whose window is closed. On Unix the helper starts a
        // session of its own, which the leader of a process group cannot.
        #[cfg(windows)]
        vestibule_os::set_own_process_group(&mut command);
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(job.to_json().as_bytes())?;
        }
        Ok(child)
    }
}

impl RefreshHelper for HelperProcess {
    fn refresh<'a>(
        &'a self,
        _world: &'a World,
        job: &'a RefreshJob,
    ) -> BoxFuture<'a, io::Result<RefreshReport>> {
        Box::pin(async move {
            let _waiting = tracing::debug_span!("wait", what = "the refresh of the access token");
            let child = self.start(job)?;
            let (sender, receiver) = oneshot::channel();
            // A thread waits, since the caller's may be that of a runtime.
            thread::Builder::new().name("vestibule-refresh".into()).spawn(move || {
                let _ = sender.send(report(child));
            })?;
            receiver.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
        })
    }
}

fn report(mut child: Child) -> io::Result<RefreshReport> {
    let mut text = String::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(MAX_REPORT).read_to_string(&mut text)?;
    }
    child.wait()?;
    RefreshReport::from_json(&text)
}
