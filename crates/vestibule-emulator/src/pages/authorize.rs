use super::form::decision;
use super::{facts, shell};
use crate::state::{Client, State};

/// Asks the person at `/authorize` whether to let a client in.
pub(crate) fn authorize(state: &State, client: &Client, redirect_uri: &str) -> String {
    let body = format!(
        "<p>A program on this machine asks to act for you.</p>\n{}\n{}",
        facts(&[
            ("Program", &client.name),
            ("May use", &scopes(client)),
            ("Then goes to", redirect_uri),
        ]),
        decision(state),
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
