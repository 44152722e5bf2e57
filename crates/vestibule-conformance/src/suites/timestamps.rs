//! Suite `timestamps`: points in time, written and read in the two forms of AWS's protocols.

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
    /// None if that is outside of what we call time.
    fn point(&self) -> Checked<Option<Timestamp>> {
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

/// What cannot be written cannot be a point in time in the first place.
fn format(case: &Case, write: fn(Timestamp) -> String) -> Checked {
    let given: Given = case.parse()?;
    let found = given.point()?.map(write);
    let expected = if given.error { None } else { Some(given.text()?.to_owned()) };
    compare::values(&expected, &found)
}

fn parse(case: &Case, read: fn(&str) -> Result<Timestamp, InvalidTimestamp>) -> Checked {
    let given: Given = case.parse()?;
    let expected = if given.error { None } else { given.point()? };
    compare::values(&expected, &read(given.text()?).ok())
}
