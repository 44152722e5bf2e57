use std::ops::Range;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer};
use toml::Spanned;
use vestibule_types::{Region, Timestamp};

use crate::fault_schedule::Rule;
use crate::script;
use crate::settings::Rotation;

/// A string that is parsed to another type, with its position in the file.
pub(super) struct Parsed<T> {
    result: Result<T, String>,
    span: Range<usize>,
}

/// A problem, with its position in the file.
pub(super) type Problem = (Range<usize>, String);

impl<T> Parsed<T> {
    pub(super) fn get(self) -> Result<T, Problem> {
        self.result.map_err(|problem| (self.span, problem))
    }
}

impl<'de, T: Parse> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Spanned::<String>::deserialize(from)?;
        Ok(Self { result: T::parse(text.get_ref()), span: text.span() })
    }
}

pub(super) trait Parse: Sized {
    /// Returns the value, or the problem and its remedy.
    fn parse(text: &str) -> Result<Self, String>;
}

pub(super) struct StartUrl(pub(super) String);

impl Parse for StartUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let absolute = text.starts_with("https://") || text.starts_with("http://");
        match text.parse::<http::Uri>() {
            Ok(_) if absolute => Ok(Self(text.to_owned())),
            _ => Err(format!(
                "`{text}` is not a start URL; write one such as `https://my-company.awsapps.com/start`"
            )),
        }
    }
}

impl Parse for Region {
    fn parse(text: &str) -> Result<Self, String> {
        Self::new(text).map_err(|_| format!("`{text}` is not a region; write one as `us-east-1`"))
    }
}

pub(super) struct AccountId(pub(super) String);

impl Parse for AccountId {
    fn parse(text: &str) -> Result<Self, String> {
        let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_id
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| format!("`{text}` is not an account id; write its twelve digits"))
    }
}

impl Parse for Timestamp {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("`{text}` is not a time; write one as `2026-01-01T00:00:00Z`"))
    }
}

impl Parse for Rotation {
    fn parse(text: &str) -> Result<Self, String> {
        Self::from_name(text).map_err(|error| error.message().to_owned())
    }
}

impl Parse for Vec<Rule> {
    fn parse(text: &str) -> Result<Self, String> {
        script::parse_sentence(text).map_err(|error| error.message().to_owned())
    }
}

impl Parse for Duration {
    /// Parses a number with a unit.
    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let unit = match &text[digits..] {
            "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3600),
            "d" => Some(86_400),
            _ => None,
        };
        let seconds = text[..digits].parse::<u64>().ok().zip(unit);
        seconds
            .and_then(|(count, unit)| count.checked_mul(unit))
            .map(Self::from_secs)
            .ok_or_else(|| format!("`{text}` is not a duration; write one as `90s`, `15m`, `8h`"))
    }
}
