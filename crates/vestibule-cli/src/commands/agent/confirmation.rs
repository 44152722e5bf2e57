use std::collections::HashMap;
use std::io;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, oneshot};
use vestibule::Vars;
use vestibule_os::{Limits, Terminal, run_command};
use vestibule_serve::agent::{CredentialRequest, Peer};

use super::process_name;
use crate::error::Error;
use crate::exit::Exit;

/// The time that the user has to confirm, and the size limit for the output, which is ignored.
const LIMITS: Limits = Limits { timeout: Duration::from_secs(60), output: 4 << 10 };

/// Asks the user before credentials are given, one question at a time.
#[derive(Debug)]
pub(super) struct Confirmation {
    program: String,
    duration: Duration,
    confirmed: Mutex<HashMap<CredentialRequest, Instant>>,
}

impl Confirmation {
    /// Finds the program that asks the user, as ssh finds it.
    pub(super) fn find(vars: &Vars, duration: Duration) -> Result<Self, Error> {
        let program = vars.get("SSH_ASKPASS").filter(|program| !program.is_empty());
        let program = program.map(str::to_owned).or_else(|| in_path("ssh-askpass"));
        let program = program.ok_or_else(|| {
            let message = "--confirm needs a program that asks: SSH_ASKPASS is not set, and \
                           ssh-askpass is not in PATH";
            Error::new(Exit::Usage, message).with_hint("export SSH_ASKPASS=PROGRAM")
        })?;
        Ok(Self { program, duration, confirmed: Mutex::default() })
    }

    /// Returns whether the user agrees, now or a short time ago.
    pub(super) async fn is_given(&self, request: &CredentialRequest, peer: Peer) -> bool {
        // Held while the question is shown, so that the next one waits.
        let mut confirmed = self.confirmed.lock().await;
        if confirmed.get(request).is_some_and(|at| at.elapsed() < self.duration) {
            return true;
        }
        let client = process_name(peer.pid);
        let question = format!("Give {client} the AWS credentials of {request}?");
        let is_confirmed = self.run_askpass(&question).await.unwrap_or(false);
        if is_confirmed {
            confirmed.insert(request.clone(), Instant::now());
        }
        is_confirmed
    }

    /// Runs the program, which shows the question and exits with 0 if the user agrees. A program that takes too
    /// long counts as a refusal.
    async fn run_askpass(&self, question: &str) -> io::Result<bool> {
        let mut command = Command::new(&self.program);
        command.arg(question).env("SSH_ASKPASS_PROMPT", "confirm");
        let (sender, receiver) = oneshot::channel();
        // A separate thread waits: the runtime's only thread serves all clients.
        thread::Builder::new().name("vestibule-askpass".into()).spawn(move || {
            // The receiver is dropped if the client has disconnected.
            let _ = sender.send(run_command(command, Terminal::Shared, b"", LIMITS));
        })?;
        Ok(receiver.await.map_err(io::Error::other)??.code == Some(0))
    }
}

fn in_path(program: &str) -> Option<String> {
    let folders = std::env::var_os("PATH")?;
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(program));
    paths.find(|path| path.is_file()).map(|path| path.display().to_string())
}
