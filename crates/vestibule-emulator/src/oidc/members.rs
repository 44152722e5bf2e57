use serde_json::{Map, Value};

use super::error::{ErrorResponse, Result};
use crate::operation::Operation;

/// The longest body: ten times what clients send. It is bounded since registrations are stored.
const MAX_BODY_BYTES: usize = 16 << 10;

/// The members of a JSON body.
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn parse(body: &[u8]) -> Result<Self> {
        if MAX_BODY_BYTES < body.len() {
            return Err(ErrorResponse::invalid_request("The body is too long"));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(ErrorResponse::invalid_request("The body is not a JSON object")),
        }
    }

    /// Returns a string, unless it is empty or null.
    pub(super) fn string(&self, name: &str) -> Result<Option<&str>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(ErrorResponse::invalid_request(format!("{name} is not a string"))),
        }
    }

    pub(super) fn required(&self, name: &str) -> Result<&str> {
        let missing =
            || ErrorResponse::invalid_request(format!("Missing required parameter: {name}"));
        self.string(name)?.ok_or_else(missing)
    }

    /// Returns a list of strings, which is empty if it is missing.
    pub(super) fn strings(&self, name: &str) -> Result<Vec<String>> {
        let values = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(values)) => values.iter(),
            Some(_) => {
                return Err(ErrorResponse::invalid_request(format!("{name} is not a list")));
            }
        };
        values.map(|value| value.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or_else(
            || ErrorResponse::invalid_request(format!("{name} is not a list of strings")),
        )
    }

    /// Returns the member that the log shows: the one that tells requests apart and is not secret.
    pub(super) fn about(&self, operation: Operation) -> String {
        let name = match operation {
            Operation::RegisterClient => "clientName",
            Operation::CreateToken | Operation::CreateTokenWithIam => "grantType",
            _ => "startUrl",
        };
        let text = self.string(name).ok().flatten().unwrap_or_default();
        text.strip_prefix("urn:ietf:params:oauth:grant-type:").unwrap_or(text).to_owned()
    }
}
