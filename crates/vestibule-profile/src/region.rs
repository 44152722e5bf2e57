//! Regions as they are written in old configurations.

use vestibule_types::Region;

use crate::error::Error;
use crate::{Note, Setting, Sourced};

/// A parsed region.
pub(crate) struct ParsedRegion {
    pub(crate) region: Sourced<Region>,
    /// Whether the text names a pseudo region, which turns FIPS endpoints on.
    pub(crate) fips: bool,
    /// A note, if the region is not read as it is written.
    pub(crate) note: Option<Note>,
}

/// Parses a region. Upper case is folded, and a pseudo region such as `fips-us-gov-west-1` is the region with
/// FIPS endpoints, as in the AWS CLI and the SDK for JavaScript.
pub(crate) fn parse(key: &'static str, setting: Setting<'_>) -> Result<ParsedRegion, Error> {
    let lower = setting.text().to_ascii_lowercase();
    let (plain, fips) = without_fips(&lower);
    let written = setting.truncated();
    if plain == setting.text() {
        return Ok(ParsedRegion { region: setting.name()?, fips, note: None });
    }
    let Ok(region) = Region::new(plain) else {
        return Ok(ParsedRegion { region: setting.name()?, fips: false, note: None });
    };
    let note = Note::Region { key, written: written.clone(), region: region.clone(), fips };
    Ok(ParsedRegion { region: Sourced::new(region, written.origin), fips, note: Some(note) })
}

fn without_fips(region: &str) -> (&str, bool) {
    if matches!(region, "fips-aws-global" | "aws-fips") {
        return ("us-east-1", true);
    }
    let plain = region.strip_prefix("fips-").or_else(|| region.strip_suffix("-fips"));
    plain.map_or((region, false), |plain| (plain, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;

    #[track_caller]
    fn check(written: &str, region: &str, fips: bool) {
        let setting = Setting::new("region", written, Origin::Default).unwrap();
        let parsed = parse("region", setting).unwrap();
        assert_eq!((parsed.region.value.as_str(), parsed.fips), (region, fips));
        assert_eq!(parsed.note.is_some(), written != region);
    }

    #[test]
    fn pseudo_region_is_the_region_with_fips_endpoints() {
        check("us-east-1", "us-east-1", false);
        check("fips-us-gov-west-1", "us-gov-west-1", true);
        check("us-gov-west-1-fips", "us-gov-west-1", true);
        check("fips-aws-global", "us-east-1", true);
    }

    #[test]
    fn upper_case_region_is_folded_with_a_note() {
        check("US-East-1", "us-east-1", false);
        check("FIPS-us-gov-west-1", "us-gov-west-1", true);
    }

    #[test]
    fn invalid_region_is_an_error_as_written() {
        for written in ["Us_East_1", "fips-", "US EAST"] {
            let setting = Setting::new("region", written, Origin::Default).unwrap();
            let error = parse("region", setting).err().unwrap().to_string();
            assert!(error.starts_with(&format!("`region` is `{written}`")), "{error}");
        }
    }
}
