//! Suite `imds-config`: the instance metadata endpoint for a configuration.

use std::collections::BTreeMap;

use serde::Deserialize;
use vestibule_chain::{InstanceMetadata, read_files};
use vestibule_metadata::InstanceEndpointError;
use vestibule_profile::{Overrides, settings};
use vestibule_world::memory;

use super::first_request::FirstRequest;
use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    env: BTreeMap<String, String>,
    fs: BTreeMap<String, String>,
    endpoint_override: Option<String>,
    mode_override: Option<String>,
    result: Outcome,
}

#[derive(Deserialize)]
enum Outcome {
    Ok(String),
    Err(String),
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Given { env, fs, endpoint_override, mode_override, result } = case.parse()?;
    let files = memory::Files::default();
    let files = fs.into_iter().fold(files, |files, (path, text)| files.with(path, text));
    let request = FirstRequest::new(env, files);
    let files = read_files(&request.world)?;
    let settings = settings(&files, &request.world.vars, &Overrides::default())?;
    visible.debug(&settings);
    let mut source = InstanceMetadata::new(settings.metadata);
    if let Some(url) = endpoint_override {
        source = source.with_endpoint(url);
    }
    if let Some(mode) = mode_override {
        source = source.with_endpoint_mode(mode);
    }
    match (result, request.address(&source, upstream_message, visible)) {
        (Outcome::Ok(expected), Ok(found)) => compare::text(&expected, &found),
        (Outcome::Err(part), Err(error)) if error.contains(&part) => Ok(()),
        (Outcome::Err(expected), Ok(found) | Err(found)) | (Outcome::Ok(expected), Err(found)) => {
            Err(Mismatch::new(compare::diff(&expected, &found)))
        }
    }
}

/// Returns the suite's message for an error.
fn upstream_message(error: &InstanceEndpointError) -> &'static str {
    match error {
        InstanceEndpointError::Url(_) => "invalid URI",
        // vestibule's own message begins with the suite's.
        _ => "",
    }
}
