use std::path::Path;

use serde_json::{Value, json};
use shuttle::future::block_on;
use vestibule_types::Timestamp;

use crate::disk::{TOKEN_FILE, read_token};
use crate::process_state::Pid;
use crate::scenario::{LocklessClient, WriteStyle};
use crate::service::{Grant, LIFETIME};
use crate::simulation::Simulation;

impl Simulation {
    /// Runs a new process of the tool in each round.
    pub(crate) fn run_lockless_client(&self, client: &'static LocklessClient) {
        let rounds = self.state().scenario.rounds;
        for round in 0..rounds {
            if self.has_violation() {
                return;
            }
            let pid = self.start_process(client.name, false, 0);
            self.run(pid, || block_on(self.use_lockless_client(client, pid, round)));
        }
    }

    async fn use_lockless_client(&self, client: &LocklessClient, pid: Pid, round: u32) {
        self.wait_for_round(pid, round).await;
        let path = Path::new(TOKEN_FILE);
        self.step(pid, "open json");
        let Some(file) = self.state().disk.open(path) else { return };
        self.step(pid, "read json");
        let contents = self.state().disk.file(file).contents.clone();
        let Some(token) = read_token(&contents) else { return };
        let remaining = token.expires_at.saturating_since(self.state().local_time(pid));
        let Some(refresh) = token.refresh.filter(|_| remaining <= client.window) else { return };
        if let Ok(grant) = self.exchange(pid, refresh).await {
            let expires_at = self.state().local_time(pid) + LIFETIME;
            self.write(pid, client.write, &token_file(grant, expires_at));
        }
    }

    fn write(&self, pid: Pid, style: WriteStyle, contents: &[u8]) {
        let path = Path::new(TOKEN_FILE);
        match style {
            WriteStyle::Replace => {
                self.step(pid, "create a temporary file for json");
                let file = {
                    let mut state = self.state();
                    if state.disk.is_full || state.disk.is_read_only {
                        return;
                    }
                    state.disk.create(contents, false)
                };
                self.step(pid, "flush the temporary file of json");
                self.state().disk.file(file).is_flushed = true;
                self.step(pid, "rename json");
                self.state().disk.rename(file, path);
            }
            WriteStyle::InPlace => {
                self.step(pid, "open json");
                let Some(file) = self.state().disk.open(path) else { return };
                let (first, rest) = contents.split_at(contents.len() / 2);
                for (action, part) in
                    [("truncate json", &b""[..]), ("write json", first), ("write json", rest)]
                {
                    self.step(pid, action);
                    let mut state = self.state();
                    if state.disk.is_full && !part.is_empty() {
                        return;
                    }
                    let file = state.disk.file(file);
                    if part.is_empty() {
                        file.contents.clear();
                    }
                    file.contents.extend_from_slice(part);
                    file.is_ours = false;
                    file.is_flushed = false;
                    file.is_whole = file.contents.len() == contents.len();
                }
            }
        }
        self.state().token_is_stored();
    }
}

/// The token file that all tools start with.
pub(crate) fn first_token_file(now: Timestamp) -> Vec<u8> {
    token_file(Grant { access: 0, refresh: Some(0) }, now + LIFETIME)
}

fn token_file(grant: Grant, expires_at: Timestamp) -> Vec<u8> {
    let mut token = json!({
        "startUrl": "https://org.awsapps.com/start",
        "region": "us-east-1",
        "accessToken": format!("access-{}", grant.access),
        "expiresAt": expires_at.to_string(),
        "clientId": "client",
        "clientSecret": "secret",
        "registrationExpiresAt": "2027-01-01T00:00:00Z",
    });
    if let Some(refresh) = grant.refresh {
        token["refreshToken"] = Value::from(format!("refresh-{refresh}"));
    }
    token.to_string().into_bytes()
}
