//! The endpoint rules of the sign-in service.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/Welcome.html>

use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointParams, Partition};

/// A part of the service, with its own endpoint rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plane {
    /// Signing in, and tokens for users.
    #[default]
    Data,
    /// Administration.
    Control,
    /// Tokens for signed requests.
    OAuth,
}

/// Error returned when there is no endpoint for the parameters. The messages are those of AWS's
/// endpoint rules.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// FIPS endpoints were requested for [`Plane::OAuth`].
    #[error(
        "FIPS endpoints are not supported for OAuth operations. \
         Disable FIPS or use a non-OAuth operation."
    )]
    NoFipsForOAuth,
    /// An error of the rules that all services share.
    #[error(transparent)]
    Rule(vestibule_wire::EndpointError),
}

/// Returns the endpoint of a part of the service; [`Plane::Data`] for [`crate::SignIn`] and
/// [`crate::CreateOAuth2Token`].
///
/// # Errors
/// A combination that AWS's endpoint rules exclude.
pub fn endpoint(params: &EndpointParams, plane: Plane) -> Result<Endpoint, EndpointError> {
    if plane == Plane::OAuth && params.fips {
        return Err(EndpointError::NoFipsForOAuth);
    }
    let own = match (&params.region, &params.url) {
        // A configured URL does not apply here, by the rules.
        (Some(region), _) if plane == Plane::Control => {
            let suffix = Partition::for_region(region).dual_stack_dns_suffix;
            Some((region, format!("signin.{region}.{suffix}")))
        }
        (Some(region), None) => host(region, params, plane).map(|host| (region, host)),
        _ => None,
    };
    match own {
        Some((region, host)) => Endpoint::parse(&format!("https://{host}"), Some(region.clone())),
        None => Endpoint::regional(params, "signin", "signin-fips"),
    }
    .map_err(EndpointError::Rule)
}

/// Returns the host, if it does not follow the rules that all services share.
fn host(region: &Region, params: &EndpointParams, plane: Plane) -> Option<String> {
    let partition = Partition::for_region(region);
    let is_gov = partition.id == "aws-us-gov";
    match (params.fips, params.dual_stack) {
        _ if plane == Plane::OAuth && partition.id == "aws" => {
            Some(format!("{region}.oauth.signin.aws"))
        }
        (false, false) => Some(format!("{region}.signin.{}", suffix(partition))),
        (true, false) if region.as_str() == "us-gov-west-1" => {
            Some("signin-fips.amazonaws-us-gov.com".to_owned())
        }
        (true, false) if is_gov => Some(format!("{region}.signin-fips.{}", suffix(partition))),
        _ => None,
    }
}

/// Returns the DNS suffix of the console in a partition.
fn suffix(partition: &'static Partition) -> &'static str {
    match partition.id {
        "aws" => "aws.amazon.com",
        "aws-cn" => "amazonaws.cn",
        "aws-us-gov" => "amazonaws-us-gov.com",
        "aws-iso" => "c2shome.ic.gov",
        "aws-iso-b" => "sc2shome.sgov.gov",
        "aws-iso-e" => "csphome.adc-e.uk",
        "aws-iso-f" => "csphome.hci.ic.gov",
        "aws-eusc" => "amazonaws-eusc.eu",
        _ => partition.dns_suffix,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(params: &EndpointParams, plane: Plane, expected: &str) {
        let found = endpoint(params, plane);
        let found = found.map_or_else(|error| error.to_string(), |at| at.url().to_owned());
        assert_eq!(found, expected);
    }

    fn params(region: &str) -> EndpointParams {
        EndpointParams::new(Region::new(region).unwrap())
    }

    #[test]
    fn host_depends_on_the_partition() {
        for (region, host) in [
            ("us-east-1", "us-east-1.signin.aws.amazon.com"),
            ("cn-north-1", "cn-north-1.signin.amazonaws.cn"),
            ("us-gov-east-1", "us-gov-east-1.signin.amazonaws-us-gov.com"),
            ("us-iso-east-1", "us-iso-east-1.signin.c2shome.ic.gov"),
            ("us-isob-east-1", "us-isob-east-1.signin.sc2shome.sgov.gov"),
            ("eu-isoe-west-1", "eu-isoe-west-1.signin.csphome.adc-e.uk"),
            ("us-isof-south-1", "us-isof-south-1.signin.csphome.hci.ic.gov"),
            ("eusc-de-east-1", "eusc-de-east-1.signin.amazonaws-eusc.eu"),
        ] {
            check(&params(region), Plane::Data, &format!("https://{host}"));
        }
    }

    #[test]
    fn host_depends_on_fips_and_dual_stack() {
        let fips = |region| params(region).with_fips(true);
        let dual = |region| params(region).with_dual_stack(true);
        for (params, host) in [
            (fips("us-east-1"), "signin-fips.us-east-1.amazonaws.com"),
            (fips("us-gov-west-1"), "signin-fips.amazonaws-us-gov.com"),
            (fips("us-gov-east-1"), "us-gov-east-1.signin-fips.amazonaws-us-gov.com"),
            (dual("us-east-1"), "signin.us-east-1.api.aws"),
            (fips("us-gov-west-1").with_dual_stack(true), "signin-fips.us-gov-west-1.api.aws"),
        ] {
            check(&params, Plane::Data, &format!("https://{host}"));
        }
        check(&EndpointParams::default(), Plane::Data, "Invalid Configuration: Missing Region");
    }

    #[test]
    fn each_plane_has_its_own_rules() {
        let local = params("us-east-1").with_url("http://127.0.0.1:1".to_owned());
        check(&local, Plane::Data, "http://127.0.0.1:1");
        check(&local, Plane::OAuth, "http://127.0.0.1:1");
        check(&local, Plane::Control, "https://signin.us-east-1.api.aws");
        check(&params("us-east-1"), Plane::OAuth, "https://us-east-1.oauth.signin.aws");
        check(&params("cn-north-1"), Plane::OAuth, "https://cn-north-1.signin.amazonaws.cn");
        let fips = params("us-west-2").with_fips(true);
        let expected = "FIPS endpoints are not supported for OAuth operations. \
                        Disable FIPS or use a non-OAuth operation.";
        check(&fips, Plane::OAuth, expected);
    }
}
