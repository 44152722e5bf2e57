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
/// `use_global` stands for `sts_regional_endpoints = legacy`: older regions use the global endpoint.
/// It is off by default in current SDKs.
///
/// The rules are those of the service's published model,
/// <https://github.com/boto/botocore/blob/develop/botocore/data/sts/2011-06-15/endpoint-rule-set-1.json.gz>.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude, or a missing region.
pub fn endpoint(params: &EndpointParams, use_global: bool) -> Result<Endpoint, EndpointError> {
    let is_global = params.region.as_ref().map(Region::as_str).is_some_and(|region| {
        region == "aws-global" || use_global && LEGACY_GLOBAL.contains(&region)
    });
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
    fn check(region: &str, use_global: bool, expected: &str) {
        let params = EndpointParams::new(Region::new(region).unwrap());
        let found = endpoint(&params, use_global).unwrap();
        assert_eq!(format!("{} {}", found.url(), found.region().unwrap()), expected);
    }

    #[test]
    fn global_endpoint_is_signed_for_us_east_1() {
        check("aws-global", false, "https://sts.amazonaws.com us-east-1");
        check("eu-west-1", true, "https://sts.amazonaws.com us-east-1");
        check("eu-west-1", false, "https://sts.eu-west-1.amazonaws.com eu-west-1");
        check("me-south-1", true, "https://sts.me-south-1.amazonaws.com me-south-1");
    }
}
