use std::ops::RangeInclusive;
use std::time::Duration;

use vestibule_wire::Request;

use super::error::{ErrorResponse, Result};
use crate::params::Params;

/// The longest session of a role that was assumed by a role session.
const MAX_CHAINED_DURATION: Duration = Duration::from_secs(3600);

/// The parameters of an action, checked as the model describes them.
pub(super) struct Input(Params);

impl Input {
    pub(super) fn from_request(request: &Request) -> Self {
        Self(Params::from_action(request))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| constraint_error(name, None, "Member must not be null"))
    }

    /// Returns an ARN of 20 to 2048 characters.
    pub(super) fn arn(&self, name: &str) -> Result<&str> {
        let arn = self.required(name)?;
        check_length(name, arn, 20..=2048)?;
        if arn.starts_with("arn:") {
            Ok(arn)
        } else {
            Err(ErrorResponse::invalid(format!("{arn} is invalid")))
        }
    }

    /// Returns a `RoleSessionName` or `SourceIdentity`.
    pub(super) fn session_name(&self, name: &str) -> Result<&str> {
        let text = self.required(name)?;
        check_length(name, text, 2..=64)?;
        check_characters(name, text, "=,.@-")
    }

    pub(super) fn external_id(&self) -> Result<Option<&str>> {
        let Some(text) = self.get("ExternalId") else { return Ok(None) };
        check_length("ExternalId", text, 2..=1224)?;
        check_characters("ExternalId", text, "=,.@:/-").map(Some)
    }

    /// Returns the serial number of an MFA device and its code, or neither.
    pub(super) fn mfa(&self) -> Result<Option<(&str, &str)>> {
        let (serial, code) = match (self.get("SerialNumber"), self.get("TokenCode")) {
            (None, None) => return Ok(None),
            (Some(serial), Some(code)) => (serial, code),
            _ => {
                let message = "MultiFactorAuthentication failed, must provide both MFA serial \
                               number and one time pass code.";
                return Err(ErrorResponse::new("AccessDenied", message));
            }
        };
        check_length("SerialNumber", serial, 9..=256)?;
        check_characters("SerialNumber", serial, "=/:,.@-")?;
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            let rule = "Member must satisfy regular expression pattern: [\\d]{6}";
            return Err(constraint_error("TokenCode", Some("……"), rule));
        }
        Ok(Some((serial, code)))
    }

    /// Returns `DurationSeconds`, which must be in the range of the model.
    pub(super) fn duration(&self, default: u64, allowed: RangeInclusive<u64>) -> Result<Duration> {
        let name = "DurationSeconds";
        let Some(text) = self.get(name) else { return Ok(Duration::from_secs(default)) };
        let Ok(seconds) = text.parse::<u64>() else {
            let message = format!("{text} is not an integer");
            return Err(ErrorResponse::new("MalformedInput", message));
        };
        if seconds < *allowed.start() {
            let rule =
                format!("Member must have value greater than or equal to {}", allowed.start());
            return Err(constraint_error(name, Some(text), &rule));
        }
        if *allowed.end() < seconds {
            let rule = format!("Member must have value less than or equal to {}", allowed.end());
            return Err(constraint_error(name, Some(text), &rule));
        }
        Ok(Duration::from_secs(seconds))
    }

    /// Returns the duration of a role session.
    pub(super) fn role_duration(&self, longest: Duration, is_chained: bool) -> Result<Duration> {
        let duration = self.duration(3600.min(longest.as_secs()), 900..=43_200)?;
        if longest < duration {
            let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for \
                           this role.";
            return Err(ErrorResponse::invalid(message));
        }
        if is_chained && MAX_CHAINED_DURATION < duration {
            let message = "The requested DurationSeconds exceeds the 1 hour session limit for \
                           roles assumed by role chaining.";
            return Err(ErrorResponse::invalid(message));
        }
        Ok(duration)
    }

    /// Returns the session policy, which must be JSON but has no effect.
    pub(super) fn policy(&self) -> Result<Option<&str>> {
        let Some(policy) = self.get("Policy") else { return Ok(None) };
        match serde_json::from_str::<serde_json::Value>(policy) {
            Ok(serde_json::Value::Object(_)) => Ok(Some(policy)),
            _ => Err(ErrorResponse::new("MalformedPolicyDocument", "Syntax errors in policy.")),
        }
    }
}

fn check_length(name: &str, text: &str, allowed: RangeInclusive<usize>) -> Result<()> {
    let length = text.chars().count();
    if length < *allowed.start() {
        let rule = format!("Member must have length greater than or equal to {}", allowed.start());
        return Err(constraint_error(name, Some(text), &rule));
    }
    if *allowed.end() < length {
        let rule = format!("Member must have length less than or equal to {}", allowed.end());
        return Err(constraint_error(name, Some(text), &rule));
    }
    Ok(())
}

/// Accepts letters, digits, `_`, `+` and `others`.
fn check_characters<'a>(name: &str, text: &'a str, others: &str) -> Result<&'a str> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "_+".contains(c) || others.contains(c)) {
        Ok(text)
    } else {
        let rule = format!("Member must satisfy regular expression pattern: [\\w+{others}]*");
        Err(constraint_error(name, Some(text), &rule))
    }
}

/// Returns the message of the service, which has member names in lower camel case.
fn constraint_error(name: &str, value: Option<&str>, rule: &str) -> ErrorResponse {
    let mut member = name.to_owned();
    if let Some(first) = member.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
    ErrorResponse::invalid(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: \
         {rule}"
    ))
}
