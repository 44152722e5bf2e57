//! Suite `botocore-cfg`: the config files of botocore's unit tests.

use std::fs;

use serde_json::{Map, Value, json};
use vestibule_config::SectionKind;
use vestibule_profile::Files;

use super::config_files::{self, nested};
use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let files = config_files::parse(fs::read(&case.path)?, Vec::new(), visible);
    let expects_error = case.data["error"].is_string();
    match config_files::first_error(&files, visible) {
        Err(_) if expects_error => return Ok(()),
        Err((_, error)) => return Err(error.into()),
        Ok(()) if expects_error => {
            return Err(Mismatch::new(format!("expected an error: {}", case.data)));
        }
        Ok(()) => {}
    }
    let no_entry = || Mismatch::new("expected.json has no entry for this file");
    let expected = case.data.as_object().ok_or_else(no_entry)?;
    let found: Value =
        expected.keys().map(|aspect| (aspect.clone(), view(&files, aspect))).collect();
    compare::json(&case.data, &found)
}

/// Returns an aspect of a file for which the suite has an expected value.
fn view(files: &Files, aspect: &str) -> Value {
    match aspect {
        "services" => config_files::sections(files, SectionKind::Services, nested),
        "sso_sessions" => config_files::sections(files, SectionKind::SsoSession, nested),
        "profiles" => profiles(files).into_iter().map(|(name, _)| name).collect(),
        "sub_properties" => profiles(files)
            .into_iter()
            .filter_map(|(name, keys)| Some((name, blocks(keys)?)))
            .collect(),
        _ => json!("unknown aspect"),
    }
}

fn profiles(files: &Files) -> Map<String, Value> {
    match config_files::profiles(files, nested) {
        Value::Object(profiles) => profiles,
        _ => Map::new(),
    }
}

/// Returns the keys of a profile that are blocks; `None` if it has none.
fn blocks(keys: Value) -> Option<Value> {
    let Value::Object(keys) = keys else { return None };
    let blocks: Map<_, _> = keys.into_iter().filter(|(_, value)| value.is_object()).collect();
    (!blocks.is_empty()).then(|| blocks.into())
}
