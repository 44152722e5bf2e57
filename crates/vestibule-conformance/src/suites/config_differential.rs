//! `config-differential.json`: inputs that the SDKs read differently, and what this project decided.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vestibule_config::SectionKind;

use super::config_files::{self, nested};
use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

/// The name of the suite.
pub(crate) const NAME: &str = "config-differential";

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let [config, credentials] = files(case)?.map(Option::unwrap_or_default);
    let files = config_files::read(config, credentials, visible);
    let expected = &case.data["follow"]["expected"];
    let found = if let Err((file, error)) = config_files::first_error(&files, visible) {
        json!({ "error": error.kind().id(), "file": file, "line": error.line() })
    } else {
        let mut found = json!({
            "profiles": config_files::profiles(&files, nested),
            "sso_sessions": config_files::sections(&files, SectionKind::SsoSession, nested),
        });
        if expected.get("services").is_some() {
            found["services"] = config_files::sections(&files, SectionKind::Services, nested);
        }
        found
    };
    compare::json(expected, &abridged(found)).map_err(|error| error.about(&case.data["note"]))
}

/// The config and the credentials file of a case, if it has them.
pub(crate) fn files(case: &Case) -> Checked<[Option<Vec<u8>>; 2]> {
    let file = |name| match &case.data[name] {
        Value::Null => Ok(None),
        input => bytes(input).map(Some),
    };
    Ok([file("config")?, file("credentials")?])
}

/// A text, raw bytes, or a text in pieces.
fn bytes(input: &Value) -> Checked<Vec<u8>> {
    match input {
        Value::String(text) => Ok(text.clone().into()),
        Value::Array(pieces) => Ok(pieces.iter().map(bytes).collect::<Checked<Vec<_>>>()?.concat()),
        Value::Object(shape) => match (shape.get("base64"), shape.get("concat")) {
            (Some(Value::String(text)), _) => {
                STANDARD.decode(text).map_err(|error| Mismatch::new(error.to_string()))
            }
            (_, Some(pieces)) => bytes(pieces),
            _ => {
                let times = input["count"].as_u64().map(usize::try_from).transpose()?;
                let times = times.ok_or_else(|| Mismatch::new(format!("an input {input}")))?;
                Ok(bytes(&input["repeat"])?.repeat(times))
            }
        },
        _ => Err(Mismatch::new(format!("an input {input}"))),
    }
}

/// The suite writes very long values as `<x repeated 100000 times>`.
fn abridged(value: Value) -> Value {
    match value {
        Value::String(text) if 1000 < text.len() => {
            let first = text.chars().next().unwrap_or_default();
            if text.chars().all(|character| character == first) {
                format!("<{first} repeated {} times>", text.len()).into()
            } else {
                text.into()
            }
        }
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, abridged(value))).collect(),
        other => other,
    }
}
