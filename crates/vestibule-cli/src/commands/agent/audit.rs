use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};
use vestibule::Timestamp;
use vestibule_serve::agent::{AgentCredentials, AgentError, CredentialRequest, Peer};

use super::process_name;
use crate::error::Error;
use crate::local_time;

/// Records each request with its result, without secrets: lines of JSON in a file, or text on stderr.
#[derive(Debug)]
pub(super) struct AuditLog {
    file: Option<Mutex<File>>,
    is_silent: bool,
}

impl AuditLog {
    pub(super) fn open(path: Option<&Path>, is_silent: bool) -> Result<Self, Error> {
        let open = |path: &Path| {
            let mut options = OpenOptions::new();
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.append(true).create(true).open(path).map(Mutex::new)
        };
        let file = path.map(open).transpose().map_err(|error| {
            let message = "the file of --log could not be opened";
            let error = Error::failed(message, &error);
            error.with_hint("name a writable file with --log")
        })?;
        Ok(Self { file, is_silent })
    }

    /// Records a request. A full disk must not stop the agent.
    pub(super) fn record(
        &self,
        request: &CredentialRequest,
        peer: Peer,
        result: Result<&AgentCredentials, &AgentError>,
        now: Timestamp,
    ) {
        let Some(file) = &self.file else {
            if !self.is_silent {
                let outcome = match result {
                    Ok(_) => "given".to_owned(),
                    Err(error) => error.message.clone(),
                };
                let client = process_name(peer.pid);
                let _ = writeln!(
                    io::stderr().lock(),
                    "{} {client}, {request}: {outcome}",
                    local_time::short(now)
                );
            }
            return;
        };
        let mut line = entry(request, peer, result, now).to_string();
        line.push('\n');
        if let Ok(mut file) = file.lock() {
            let _ = file.write_all(line.as_bytes());
        }
    }
}

fn entry(
    request: &CredentialRequest,
    peer: Peer,
    result: Result<&AgentCredentials, &AgentError>,
    now: Timestamp,
) -> Value {
    let mut entry = json!({
        "time": now.to_string(),
        "uid": peer.uid,
        "pid": peer.pid,
        "client": process_name(peer.pid),
        "given": result.is_ok(),
    });
    match request {
        CredentialRequest::Profile(name) => entry["profile"] = json!(name),
        CredentialRequest::Role { account_id, role_name, .. } => {
            entry["accountId"] = json!(account_id.as_str());
            entry["roleName"] = json!(role_name.as_str());
        }
    }
    match result {
        Ok(found) => {
            // CloudTrail has the id of the key with each request.
            entry["accessKeyId"] = json!(found.credentials.access_key_id());
            let expiration = found.credentials.expires_at().map(|expires| expires.to_string());
            entry["expiration"] = json!(expiration);
        }
        Err(error) => entry["reason"] = json!(error.message),
    }
    entry
}
