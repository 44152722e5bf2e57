use serde_json::{Map, Value};

use super::{Code, Refusal};
use crate::operation::Operation;

/// The most that a body may hold, ten times what clients send, since registrations are kept.
const MOST: usize = 16 << 10;

/// The members of a JSON body.
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        if MOST < body.len() {
            return Err(invalid("The body is too long".to_owned()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(invalid("The body is not a JSON object".to_owned())),
        }
    }

    /// A text; absent if empty or null.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(invalid(format!("{name} is not a string"))),
        }
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?.ok_or_else(|| invalid(format!("Missing required parameter: {name}")))
    }

    /// A list of texts; empty if absent.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(|| invalid(format!("{name} is not a list of strings"))),
            Some(_) => Err(invalid(format!("{name} is not a list"))),
        }
    }

    /// For the log: what of the request is telling and no secret.
    pub(super) fn about(&self, operation: Operation) -> String {
        let name = match operation {
            Operation::RegisterClient => "clientName",
            Operation::CreateToken => "grantType",
            _ => "startUrl",
        };
        let text = self.text(name).ok().flatten().unwrap_or_default();
        text.strip_prefix("urn:ietf:params:oauth:grant-type:").unwrap_or(text).to_owned()
    }
}

fn invalid(description: String) -> Refusal {
    Refusal::new(Code::InvalidRequest, description)
}
