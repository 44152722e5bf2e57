use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointError, EndpointParams};

/// The service name in signatures of STS requests.
pub const SERVICE: &str = "sts";

const GLOBAL: &str = "https://sts.amazonaws.com";

/// Regions that the legacy mode sends to the global endpoint.
const LEGACY_GLOBAL: [&str; 16] = [
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

/// Returns the STS endpoint, and the region to sign for.
///
/// The rules are those of the service's published model,
/// <https://github.com/boto/botocore/blob/develop/botocore/data/sts/2011-06-15/endpoint-rule-set-1.json.gz>.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude, or a missing region.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    endpoint_with(params, &["aws-global"])
}

/// Returns the STS endpoint for `sts_regional_endpoints = legacy`, which current SDKs do not use:
/// older regions have the global endpoint.
///
/// # Errors
/// As [`endpoint`].
pub fn legacy_endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    endpoint_with(params, &LEGACY_GLOBAL)
}

/// Returns the global endpoint for these regions, else the regional one.
fn endpoint_with(params: &EndpointParams, global: &[&str]) -> Result<Endpoint, EndpointError> {
    let is_global = params.region.as_ref().is_some_and(|region| global.contains(&region.as_str()));
    if is_global && params.url.is_none() && !params.fips && !params.dual_stack {
        Endpoint::parse(GLOBAL, Region::new("us-east-1").ok())
    } else {
        Endpoint::regional(params, SERVICE, "sts-fips")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(region: &str, expected: &str, legacy: &str) {
        let params = EndpointParams::new(Region::new(region).unwrap());
        for (found, expected) in [(endpoint(&params), expected), (legacy_endpoint(&params), legacy)]
        {
            let found = found.unwrap();
            assert_eq!(format!("{} {}", found.url(), found.region().unwrap()), expected);
        }
    }

    #[test]
    fn global_endpoint_is_signed_for_us_east_1() {
        let global = "https://sts.amazonaws.com us-east-1";
        check("aws-global", global, global);
        check("eu-west-1", "https://sts.eu-west-1.amazonaws.com eu-west-1", global);
        let regional = "https://sts.me-south-1.amazonaws.com me-south-1";
        check("me-south-1", regional, regional);
    }
}
