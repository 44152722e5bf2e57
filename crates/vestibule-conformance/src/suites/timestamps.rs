//! Suites `timestamps/…`: formatting and parsing the two timestamp formats of AWS protocols.

use serde::Deserialize;
use vestibule_types::{InvalidTimestamp, Timestamp};

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    canonical_seconds: String,
    canonical_nanos: u32,
    #[serde(default)]
    error: bool,
    smithy_format_value: Option<String>,
}

impl Given {
    /// Returns the timestamp; `None` if it is out of range.
    fn timestamp(&self) -> Checked<Option<Timestamp>> {
        Ok(Timestamp::from_unix(self.canonical_seconds.parse()?, self.canonical_nanos).ok())
    }

    fn text(&self) -> Checked<&str> {
        let missing = || Mismatch::new("the case has no `smithy_format_value`");
        self.smithy_format_value.as_deref().ok_or_else(missing)
    }
}

pub(super) fn format_http_date(case: &Case, _: &mut Visible) -> Checked {
    format(case, Timestamp::http_date)
}

pub(super) fn format_date_time(case: &Case, _: &mut Visible) -> Checked {
    format(case, Timestamp::date_time)
}

pub(super) fn parse_http_date(case: &Case, _: &mut Visible) -> Checked {
    parse(case, Timestamp::from_http_date)
}

pub(super) fn parse_date_time(case: &Case, _: &mut Visible) -> Checked {
    parse(case, str::parse)
}

/// Checks formatting. Timestamps that cannot be formatted are out of range for `Timestamp`.
fn format(case: &Case, write: fn(Timestamp) -> String) -> Checked {
    let given: Given = case.parse()?;
    let found = given.timestamp()?.map(write);
    let expected = if given.error { None } else { Some(given.text()?.to_owned()) };
    compare::values(&expected, &found)
}

fn parse(case: &Case, read: fn(&str) -> Result<Timestamp, InvalidTimestamp>) -> Checked {
    let given: Given = case.parse()?;
    let expected = if given.error { None } else { given.timestamp()? };
    compare::values(&expected, &read(given.text()?).ok())
}
