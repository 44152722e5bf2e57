//! Refreshes the shared token with ureq, taking turns with other vestibule programs:
//! `cargo run -p vestibule-oidc --example refresh_with_ureq -- OIDC_URL NAME START_URL MIN_SECONDS`
#![expect(clippy::print_stdout, reason = "an example that prints")]
#![expect(clippy::disallowed_methods, reason = "an example without a `World`")]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use vestibule_cache::{Folder, Platform, Token, key};
use vestibule_oidc::{
    CreateToken, Endpoint, Grant, Operation as _, Region, Request, Response, SsoSession, StartUrl,
    Timestamp,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, name, start_url, min_seconds] = &args[..] else {
        return Err("expected OIDC_URL NAME START_URL MIN_SECONDS".into());
    };
    let (start_url, region) = (StartUrl::new(start_url)?, Region::new("us-east-1")?);
    let session = SsoSession::named(name.as_str().try_into()?, start_url, region);
    let min_remaining = Duration::from_secs(min_seconds.parse()?);
    let now = || Timestamp::from(SystemTime::now());

    let home = std::env::var("HOME")?;
    let file = Folder::sso(&home, Platform::HERE).file(&key::token(&session));
    // Other programs hold this lock while they refresh: most refresh tokens work only once.
    let mut options = File::options();
    let lock = private(options.read(true).write(true).create(true));
    let lock = lock.open(file.with_extension("lock"))?;
    lock.lock()?;
    // Read under the lock, since another program may have refreshed the token meanwhile.
    let token = Token::read(&fs::read(&file)?)?;
    token.check_session(&session)?;

    if min_remaining < token.expires_at.saturating_since(now()) {
        println!("expires at {}", token.expires_at);
        return Ok(());
    }
    let (Some(client_id), Some(client_secret), Some(refresh_token)) =
        (&token.client_id, &token.client_secret, &token.refresh_token)
    else {
        return Err(format!("cannot be refreshed, expires at {}", token.expires_at).into());
    };
    let grant = Grant::RefreshToken(refresh_token);
    let operation = CreateToken { client_id, client_secret, grant };
    // The lifetime counts from the request, so that it is never taken for too long.
    let sent_at = now();
    let response = send(operation.request(&Endpoint::parse(url, None)?)?)?;
    let tokens = operation.read(&response)?;
    let expires_at = sent_at + tokens.expires_in;
    let token = token.clone().refreshed(tokens.access_token, expires_at, tokens.refresh_token);
    replace(&file, &token.write())?;
    println!("refreshed, expires at {expires_at}");
    Ok(())
}

fn send(request: Request) -> Result<Response, ureq::Error> {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent = config.timeout_global(Some(Duration::from_secs(15))).build().new_agent();
    let mut response = agent.run(request.map(|body| body.to_vec()))?;
    let body = response.body_mut().read_to_vec()?;
    Ok(response.map(|_| body.into()))
}

/// Replaces the file as a whole: the AWS CLI and the SDKs read it without a lock.
fn replace(file: &Path, contents: &[u8]) -> io::Result<()> {
    let new = file.with_extension("new");
    // A file of a process that was killed; this one holds the lock.
    let _ = fs::remove_file(&new);
    let mut options = File::options();
    let mut written = private(options.write(true).create_new(true)).open(&new)?;
    written.write_all(contents)?;
    written.sync_all()?;
    fs::rename(new, file)
}

/// Makes a new file readable for its owner only.
fn private(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
