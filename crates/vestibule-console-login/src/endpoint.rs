//! Where the sign-in service answers: its endpoint rules, which are its own.
//!
//! <https://docs.aws.amazon.com/signin/latest/APIReference/Welcome.html>

use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointParams, Partition};

/// Which part of the service is called; the rules differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plane {
    /// Where people sign in and tokens are made.
    #[default]
    Data,
    /// Where the service is administered.
    Control,
    /// Where tokens are made for signed requests.
    OAuth,
}

/// Why there is no endpoint. The texts are those of AWS's endpoint rules.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// FIPS endpoints were requested in a partition without them.
    #[error(
        "FIPS endpoints are not supported for OAuth operations. \
         Disable FIPS or use a non-OAuth operation."
    )]
    NoFipsForOAuth,
    /// A rule that all services share.
    #[error(transparent)]
    Rule(vestibule_wire::EndpointError),
}

/// Where a part of the service answers; [`Plane::Data`] is the one for [`crate::SignIn`] and
/// [`crate::CreateOAuth2Token`].
///
/// # Errors
/// A combination that AWS's endpoint rules exclude.
pub fn endpoint(params: &EndpointParams, plane: Plane) -> Result<Endpoint, EndpointError> {
    if plane == Plane::OAuth && params.fips {
        return Err(EndpointError::NoFipsForOAuth);
    }
    let own = match (&params.region, &params.url) {
        // The rules do not let a URL replace this one.
        (Some(region), _) if plane == Plane::Control => {
            let suffix = Partition::of(region).dual_stack_dns_suffix;
            Some((region, format!("signin.{region}.{suffix}")))
        }
        (Some(region), None) => host(region, params, plane).map(|host| (region, host)),
        _ => None,
    };
    match own {
        Some((region, host)) => Endpoint::at(&format!("https://{host}"), Some(region.clone())),
        None => Endpoint::regional(params, "signin", "signin-fips"),
    }
    .map_err(EndpointError::Rule)
}

/// The host, where it does not follow the rule that all services share.
fn host(region: &Region, params: &EndpointParams, plane: Plane) -> Option<String> {
    let partition = Partition::of(region);
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

/// What the hosts of the console end in, partition by partition.
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

    fn of(region: &str) -> EndpointParams {
        EndpointParams::new(Region::new(region).unwrap())
    }

    #[test]
    fn the_console_has_a_host_in_each_partition() {
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
            check(&of(region), Plane::Data, &format!("https://{host}"));
        }
    }

    #[test]
    fn variants() {
        let fips = |region| of(region).with_fips(true);
        let dual = |region| of(region).with_dual_stack(true);
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
    fn other_planes() {
        let local = of("us-east-1").with_url("http://127.0.0.1:1".to_owned());
        check(&local, Plane::Data, "http://127.0.0.1:1");
        check(&local, Plane::OAuth, "http://127.0.0.1:1");
        check(&local, Plane::Control, "https://signin.us-east-1.api.aws");
        check(&of("us-east-1"), Plane::OAuth, "https://us-east-1.oauth.signin.aws");
        check(&of("cn-north-1"), Plane::OAuth, "https://cn-north-1.signin.amazonaws.cn");
        let fips = of("us-west-2").with_fips(true);
        let expected = "FIPS endpoints are not supported for OAuth operations. \
                        Disable FIPS or use a non-OAuth operation.";
        check(&fips, Plane::OAuth, expected);
    }
}
