//! Suite `ecs`: the container credentials endpoint for an environment.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;
use vestibule_chain::{Container, Resolver};
use vestibule_metadata::ContainerUriError;
use vestibule_world::memory;

use super::first_request::FirstRequest;
use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    env: BTreeMap<String, String>,
    result: Outcome,
}

#[derive(Deserialize)]
enum Outcome {
    Ok(String),
    ErrorContains(String),
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Given { env, result } = case.parse()?;
    let source = Container::new(Resolver::new(|host| Ok(resolve(host))));
    let request = FirstRequest::new(env, memory::Files::default());
    match (result, request.address(&source, upstream_message, visible)) {
        (Outcome::Ok(expected), Ok(found)) => compare::text(&expected, &found),
        (Outcome::ErrorContains(part), Err(error)) if error_matches(&error, &part) => Ok(()),
        (Outcome::ErrorContains(expected), Ok(found) | Err(found))
        | (Outcome::Ok(expected), Err(found)) => {
            Err(Mismatch::new(compare::diff(&expected, &found)))
        }
    }
}

/// Resolves the host names of the suite.
fn resolve(host: &str) -> Vec<IpAddr> {
    let addresses = match host {
        "localhost" => vec![Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2)],
        _ => vec![Ipv4Addr::new(72, 21, 210, 29)],
    };
    addresses.into_iter().map(IpAddr::from).collect()
}

/// Returns whether the error contains the text. The suite's text for unset variables is matched to
/// vestibule's message for them.
fn error_matches(error: &str, part: &str) -> bool {
    let not_set = "No environment variables were set to configure ECS provider";
    error.contains(part) || not_set.contains(part) && error.starts_with("container: neither ")
}

/// Returns the suite's message for an error.
fn upstream_message(error: &ContainerUriError) -> &'static str {
    match error {
        ContainerUriError::Invalid {
            variable: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ..
        } => "invalid relative URI for ECS provider",
        ContainerUriError::NoHost => "URI did not specify a host",
        ContainerUriError::NotAllowed { .. } => "URI did not refer to an allowed IP address",
        ContainerUriError::Unresolved { .. } => "failed to perform DNS lookup while validating URI",
        _ => "invalid full URI for ECS provider (URI was invalid)",
    }
}
