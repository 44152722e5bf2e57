//! Suite `imds-config`: where instance metadata is asked for a token.

use std::collections::BTreeMap;

use serde::Deserialize;
use vestibule_chain::{InstanceMetadata, read_files};
use vestibule_metadata::InstanceEndpointError;
use vestibule_profile::{Overrides, settings};
use vestibule_world::memory;

use super::first_request::Unanswered;
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
    let world = Unanswered::new(env, files);
    let files = read_files(&world.world)?;
    let settings = settings(&files, &world.world.vars, &Overrides::default())?;
    visible.debug(&settings);
    let mut source = InstanceMetadata::new(settings.metadata);
    if let Some(url) = endpoint_override {
        source = source.with_endpoint(url);
    }
    if let Some(mode) = mode_override {
        source = source.with_endpoint_mode(mode);
    }
    match (result, world.of(&source, words, visible)) {
        (Outcome::Ok(expected), Ok(found)) => compare::text(&expected, &found),
        (Outcome::Err(part), Err(error)) if error.contains(&part) => Ok(()),
        (Outcome::Err(expected), Ok(found) | Err(found)) | (Outcome::Ok(expected), Err(found)) => {
            Err(Mismatch::new(compare::diff(&expected, &found)))
        }
    }
}

/// An error in upstream's words.
fn words(error: &InstanceEndpointError) -> &'static str {
    match error {
        InstanceEndpointError::Url(_) => "invalid URI",
        _ => "invalid endpoint mode",
    }
}
