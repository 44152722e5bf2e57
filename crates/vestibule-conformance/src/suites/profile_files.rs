//! Suites `profile-files/…`: parsing and locating the config files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use vestibule_config::SectionKind;
use vestibule_profile::{Overrides, select_profile};
use vestibule_types::{Platform, Vars};

use super::config_files::{self, flat};
use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

pub(super) fn parse(case: &Case, visible: &mut Visible) -> Checked {
    let text = |file: &str| case.data["input"][file].as_str().unwrap_or_default().into();
    let files = config_files::parse(text("configFile"), text("credentialsFile"), visible);
    let expected = &case.data["output"];
    let error = config_files::first_error(&files, visible).err().map(|(_, error)| error);
    match (error, expected["errorContaining"].as_str()) {
        (Some(error), Some(part))
            if config_files::upstream_message(error.kind()).contains(part) =>
        {
            Ok(())
        }
        (Some(error), _) => Err(Mismatch::new(compare::diff(
            &expected.to_string(),
            &format!(
                "{error} (upstream message: {})",
                config_files::upstream_message(error.kind())
            ),
        ))),
        (None, Some(part)) => Err(Mismatch::new(format!("no error, expected: {part}"))),
        (None, None) => {
            let expected = &expected["config"];
            let or_empty = |value: &Value| if value.is_null() { json!({}) } else { value.clone() };
            compare::json(
                &json!({
                    "profiles": or_empty(&expected["profiles"]),
                    "sso_sessions": or_empty(&expected["sso_sessions"]),
                }),
                &json!({
                    "profiles": config_files::profiles(&files, flat),
                    "sso_sessions": config_files::sections(&files, SectionKind::SsoSession, flat),
                }),
            )
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    environment: BTreeMap<String, String>,
    platform: String,
    profile: Option<String>,
    config_location: PathBuf,
    credentials_location: PathBuf,
}

pub(super) fn locate(case: &Case, visible: &mut Visible) -> Checked {
    let given: Given = case.parse()?;
    let platform = match given.platform.as_str() {
        "windows" => Platform::Windows,
        "linux" => Platform::Unix,
        other => return Err(Mismatch::new(format!("unknown platform `{other}`"))),
    };
    let vars = Vars::from_iter(given.environment);
    let found = vestibule_profile::locate(&vars, platform);
    visible.debug(&found);
    compare::values(&Some(&*given.config_location), &found.config.path())?;
    compare::values(&Some(&*given.credentials_location), &found.credentials.path())?;
    match given.profile {
        Some(profile) => {
            compare::text(&profile, &select_profile(&vars, &Overrides::default()).value)
        }
        None => Ok(()),
    }
}
