//! Suite `botocore-cfg`: the config files of botocore's unit tests, read as botocore reads them.

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
    let files = config_files::read(fs::read(&case.path)?, Vec::new(), visible);
    let fails = case.data["error"].is_string();
    match config_files::first_error(&files, visible) {
        Err(_) if fails => return Ok(()),
        Err((_, error)) => return Err(error.into()),
        Ok(()) if fails => return Err(Mismatch::new(format!("no error, but {}", case.data))),
        Ok(()) => {}
    }
    let nothing = || Mismatch::new("expected.json does not say what is expected");
    let expected = case.data.as_object().ok_or_else(nothing)?;
    let found: Value = expected.keys().map(|what| (what.clone(), view(&files, what))).collect();
    compare::json(&case.data, &found)
}

/// One of the things that the suite states about a file.
fn view(files: &Files, what: &str) -> Value {
    match what {
        "services" => config_files::sections(files, SectionKind::Services, nested),
        "sso_sessions" => config_files::sections(files, SectionKind::SsoSession, nested),
        "profiles" => profiles(files).into_iter().map(|(name, _)| name).collect(),
        "sub_properties" => profiles(files)
            .into_iter()
            .filter_map(|(name, keys)| Some((name, blocks(keys)?)))
            .collect(),
        _ => json!("not known here"),
    }
}

fn profiles(files: &Files) -> Map<String, Value> {
    match config_files::profiles(files, nested) {
        Value::Object(profiles) => profiles,
        _ => Map::new(),
    }
}

/// The keys of a profile that are blocks, if there are any.
fn blocks(keys: Value) -> Option<Value> {
    let Value::Object(keys) = keys else { return None };
    let blocks: Map<_, _> = keys.into_iter().filter(|(_, value)| value.is_object()).collect();
    (!blocks.is_empty()).then(|| blocks.into())
}
