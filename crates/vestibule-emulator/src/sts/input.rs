use std::ops::RangeInclusive;
use std::time::Duration;

use vestibule_wire::Request;

use super::Refusal;
use crate::params::Params;

/// The longest session of a role that was assumed by a session of a role.
const CHAINED: Duration = Duration::from_secs(3600);

/// The parameters of an action, held to what the model says of them.
pub(super) struct Input(Params);

impl Input {
    pub(super) fn of(request: &Request) -> Self {
        Self(Params::of_body(request))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| unmet(name, None, "Member must not be null"))
    }

    /// An ARN: 20 to 2048 characters.
    pub(super) fn arn(&self, name: &str) -> Result<&str, Refusal> {
        let arn = self.required(name)?;
        within(name, arn, 20..=2048)?;
        if arn.starts_with("arn:") {
            Ok(arn)
        } else {
            Err(Refusal::invalid(format!("{arn} is invalid")))
        }
    }

    /// A name that a session has for whoever reads the trail: `RoleSessionName` and the like.
    pub(super) fn session_name(&self, name: &str) -> Result<&str, Refusal> {
        let text = self.required(name)?;
        within(name, text, 2..=64)?;
        of_characters(name, text, "=,.@-")
    }

    pub(super) fn external_id(&self) -> Result<Option<&str>, Refusal> {
        let Some(text) = self.text("ExternalId") else { return Ok(None) };
        within("ExternalId", text, 2..=1224)?;
        of_characters("ExternalId", text, "=,.@:/-").map(Some)
    }

    /// A device and its code; both or none.
    pub(super) fn mfa(&self) -> Result<Option<(&str, &str)>, Refusal> {
        let (serial, code) = match (self.text("SerialNumber"), self.text("TokenCode")) {
            (None, None) => return Ok(None),
            (Some(serial), Some(code)) => (serial, code),
            _ => {
                let message = "MultiFactorAuthentication failed, must provide both MFA serial \
                               number and one time pass code.";
                return Err(Refusal::new("AccessDenied", message));
            }
        };
        within("SerialNumber", serial, 9..=256)?;
        of_characters("SerialNumber", serial, "=/:,.@-")?;
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            let rule = "Member must satisfy regular expression pattern: [\\d]{6}";
            return Err(unmet("TokenCode", Some("……"), rule));
        }
        Ok(Some((serial, code)))
    }

    /// `DurationSeconds`, within what the model allows.
    pub(super) fn duration(
        &self,
        usual: u64,
        allowed: RangeInclusive<u64>,
    ) -> Result<Duration, Refusal> {
        let name = "DurationSeconds";
        let Some(text) = self.text(name) else { return Ok(Duration::from_secs(usual)) };
        let Ok(seconds) = text.parse::<u64>() else {
            let message = format!("{text} is not an integer");
            return Err(Refusal::new("MalformedInput", message));
        };
        if seconds < *allowed.start() {
            let rule =
                format!("Member must have value greater than or equal to {}", allowed.start());
            return Err(unmet(name, Some(text), &rule));
        }
        if *allowed.end() < seconds {
            let rule = format!("Member must have value less than or equal to {}", allowed.end());
            return Err(unmet(name, Some(text), &rule));
        }
        Ok(Duration::from_secs(seconds))
    }

    /// How long the session of a role is to last.
    pub(super) fn role_duration(
        &self,
        longest: Duration,
        chained: bool,
    ) -> Result<Duration, Refusal> {
        let duration = self.duration(3600.min(longest.as_secs()), 900..=43_200)?;
        if longest < duration {
            let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for \
                           this role.";
            return Err(Refusal::invalid(message));
        }
        if chained && CHAINED < duration {
            let message = "The requested DurationSeconds exceeds the 1 hour session limit for \
                           roles assumed by role chaining.";
            return Err(Refusal::invalid(message));
        }
        Ok(duration)
    }

    /// A policy need only be JSON: nothing here is refused by one.
    pub(super) fn policy(&self) -> Result<Option<&str>, Refusal> {
        let Some(policy) = self.text("Policy") else { return Ok(None) };
        match serde_json::from_str::<serde_json::Value>(policy) {
            Ok(serde_json::Value::Object(_)) => Ok(Some(policy)),
            _ => Err(Refusal::new("MalformedPolicyDocument", "Syntax errors in policy.")),
        }
    }
}

fn within(name: &str, text: &str, allowed: RangeInclusive<usize>) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length < *allowed.start() {
        let rule = format!("Member must have length greater than or equal to {}", allowed.start());
        return Err(unmet(name, Some(text), &rule));
    }
    if *allowed.end() < length {
        let rule = format!("Member must have length less than or equal to {}", allowed.end());
        return Err(unmet(name, Some(text), &rule));
    }
    Ok(())
}

/// Letters, digits, `_`, `+`, and these.
fn of_characters<'a>(name: &str, text: &'a str, others: &str) -> Result<&'a str, Refusal> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "_+".contains(c) || others.contains(c)) {
        Ok(text)
    } else {
        let rule = format!("Member must satisfy regular expression pattern: [\\w+{others}]*");
        Err(unmet(name, Some(text), &rule))
    }
}

/// In the service's words, with the member's name as its own code has it.
fn unmet(name: &str, value: Option<&str>, rule: &str) -> Refusal {
    let mut member = name.to_owned();
    if let Some(first) = member.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
    Refusal::invalid(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: \
         {rule}"
    ))
}
