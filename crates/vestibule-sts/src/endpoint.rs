use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointError, EndpointParams};

/// The name that calls to STS are signed under.
pub const SERVICE: &str = "sts";

const GLOBAL: &str = "https://sts.amazonaws.com";

/// Regions that were called at the global endpoint while there was no other.
const ONCE_GLOBAL: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Where STS answers, and the region to sign for.
///
/// `use_global` is the legacy of `sts_regional_endpoints = legacy`: older regions at the one
/// endpoint in Virginia. It is off in every SDK of today.
///
/// The rules are those of the service's published model,
/// <https://github.com/boto/botocore/blob/develop/botocore/data/sts/2011-06-15/endpoint-rule-set-1.json.gz>.
///
/// # Errors
/// A combination that AWS's rules exclude, or no region.
pub fn endpoint(params: &EndpointParams, use_global: bool) -> Result<Endpoint, EndpointError> {
    let global = params.region.as_ref().map(Region::as_str).is_some_and(|region| {
        region == "aws-global" || use_global && ONCE_GLOBAL.contains(&region)
    });
    if global && params.url.is_none() && !params.fips && !params.dual_stack {
        Endpoint::at(GLOBAL, Region::new("us-east-1").ok())
    } else {
        Endpoint::regional(params, SERVICE, "sts-fips")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(region: &str, use_global: bool, expected: &str) {
        let params = EndpointParams::new(Region::new(region).unwrap());
        let found = endpoint(&params, use_global).unwrap();
        assert_eq!(format!("{} {}", found.url(), found.region().unwrap()), expected);
    }

    #[test]
    fn global_is_signed_for_virginia() {
        check("aws-global", false, "https://sts.amazonaws.com us-east-1");
        check("eu-west-1", true, "https://sts.amazonaws.com us-east-1");
        check("eu-west-1", false, "https://sts.eu-west-1.amazonaws.com eu-west-1");
        check("me-south-1", true, "https://sts.me-south-1.amazonaws.com me-south-1");
    }
}
