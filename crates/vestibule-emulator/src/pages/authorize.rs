use super::{decision, facts, shell};
use crate::config::Config;
use crate::state::Client;

/// Asks the person at `/authorize` whether to let a client in.
pub(crate) fn authorize(client: &Client, redirect_uri: &str, config: &Config) -> String {
    let body = format!(
        "<p>A program on this machine asks to act for you.</p>\n{}\n{}",
        facts(&[
            ("Program", &client.name),
            ("May use", &scopes(client)),
            ("Then goes to", redirect_uri),
        ]),
        decision(config),
    );
    shell("Allow access?", &body)
}

/// What a client registered for, for people.
pub(super) fn scopes(client: &Client) -> String {
    if client.scopes.is_empty() {
        "all your accounts, until the session ends".to_owned()
    } else {
        client.scopes.join(", ")
    }
}
