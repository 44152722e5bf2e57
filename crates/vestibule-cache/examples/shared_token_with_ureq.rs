//! Lists accounts with ureq and the token that another tool stored:
//! `cargo run -p vestibule-cache --example shared_token_with_ureq -- PORTAL_URL NAME START_URL`
#![expect(clippy::print_stdout, reason = "an example that prints")]
#![expect(clippy::disallowed_methods, reason = "an example without a `World`")]

use std::time::SystemTime;

use vestibule_cache::{Folder, Platform, Region, SsoSession, StartUrl, Timestamp, Token, key};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [portal, name, start_url] = &args[..] else {
        return Err("expected PORTAL_URL NAME START_URL".into());
    };
    let (start_url, region) = (StartUrl::new(start_url)?, Region::new("us-east-1")?);
    let session = SsoSession::named(name.as_str().try_into()?, start_url, region);

    let home = std::env::var("HOME")?;
    let file = Folder::sso(&home, Platform::HERE).file(&key::token(&session));
    let token = Token::read(&std::fs::read(file)?)?;
    token.check_session(&session)?;
    if token.is_expired(Timestamp::from(SystemTime::now())) {
        return Err("the token has expired: refresh it, or sign in".into());
    }

    let agent = ureq::Agent::new_with_defaults();
    let mut response = agent
        .get(format!("{portal}/assignment/accounts"))
        .header("x-amz-sso_bearer_token", token.access_token.expose())
        .call()?;
    println!("{}", response.body_mut().read_to_string()?);
    Ok(())
}
