//! Lists the accounts of a user with an HTTP client of your own.
//!
//! `cargo run -p vestibule-portal --example list_accounts_with_ureq -- PORTAL_URL ACCESS_TOKEN` asks
//! an emulator. With ureq's default features, which include TLS, it asks AWS. (A program of yours
//! reads the token from a file: arguments are visible to other users.)

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example without a `World`"
)]

use vestibule_portal::{AccessToken, Endpoint, ListAccounts, Operation, Pages, Timestamp};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, token] = &args[..] else { return Err("expected PORTAL_URL ACCESS_TOKEN".into()) };
    let (portal, token) = (Endpoint::parse(url, None)?, AccessToken::new(token.as_str()));
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent = config.build().new_agent();
    let now = || Timestamp::from(std::time::SystemTime::now());

    let mut pages = Pages::new(now());
    let accounts = loop {
        let operation = ListAccounts { token: &token, next_token: pages.next_token() };
        let mut response = agent.run(operation.request(&portal)?.map(|body| body.to_vec()))?;
        let body = response.body_mut().read_to_vec()?;
        let page = operation.read(&response.map(|_| body.into()))?;
        if let Some(accounts) = pages.add(page, now())? {
            break accounts;
        }
    };
    for account in accounts {
        println!("{} {}", account.account_id, account.name.unwrap_or_default());
    }
    Ok(())
}
