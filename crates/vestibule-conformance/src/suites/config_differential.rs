//! Suite `config-differential`: inputs that SDKs parse differently, with the result that vestibule
//! chose.

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
    let files = config_files::parse(config, credentials, visible);
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
    compare::json(expected, &abbreviate(found))
        .map_err(|error| error.with_context(&case.data["note"]))
}

/// Returns the config and the credentials file of a case; `None` for a missing file.
pub(crate) fn files(case: &Case) -> Checked<[Option<Vec<u8>>; 2]> {
    let file = |name| match &case.data[name] {
        Value::Null => Ok(None),
        input => decode_input(input).map(Some),
    };
    Ok([file("config")?, file("credentials")?])
}

/// Decodes an input: text, base64, a list of pieces, or a repeated piece.
fn decode_input(input: &Value) -> Checked<Vec<u8>> {
    match input {
        Value::String(text) => Ok(text.clone().into()),
        Value::Array(pieces) => {
            Ok(pieces.iter().map(decode_input).collect::<Checked<Vec<_>>>()?.concat())
        }
        Value::Object(shape) => match (shape.get("base64"), shape.get("concat")) {
            (Some(Value::String(text)), _) => {
                STANDARD.decode(text).map_err(|error| Mismatch::new(error.to_string()))
            }
            (_, Some(pieces)) => decode_input(pieces),
            _ => {
                let count = input["count"].as_u64().map(usize::try_from).transpose()?;
                let count =
                    count.ok_or_else(|| Mismatch::new(format!("invalid input: {input}")))?;
                Ok(decode_input(&input["repeat"])?.repeat(count))
            }
        },
        _ => Err(Mismatch::new(format!("invalid input: {input}"))),
    }
}

/// Abbreviates long values as the suite does: `<x repeated 100000 times>`.
fn abbreviate(value: Value) -> Value {
    match value {
        Value::String(text) if 1000 < text.len() => {
            let first = text.chars().next().unwrap_or_default();
            if text.chars().all(|character| character == first) {
                format!("<{first} repeated {} times>", text.len()).into()
            } else {
                text.into()
            }
        }
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, abbreviate(value))).collect()
        }
        other => other,
    }
}
