use http::{Method, Uri};
use vestibule_types::{Region, printable_short};

use crate::{Partition, RequestBuilder};

/// The parameters of AWS's endpoint rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointParams {
    /// The region to call.
    pub region: Option<Region>,
    /// Whether to use FIPS endpoints.
    pub fips: bool,
    /// Whether to use dual-stack endpoints (IPv6 and IPv4).
    pub dual_stack: bool,
    /// A configured URL, which takes precedence over the rules.
    pub url: Option<String>,
}

impl EndpointParams {
    /// Creates parameters for the standard endpoint of a region.
    pub fn new(region: Region) -> Self {
        Self { region: Some(region), ..Self::default() }
    }

    /// Sets whether to use FIPS endpoints.
    #[must_use]
    pub fn with_fips(mut self, fips: bool) -> Self {
        self.fips = fips;
        self
    }

    /// Sets whether to use dual-stack endpoints.
    #[must_use]
    pub fn with_dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = dual_stack;
        self
    }

    /// Sets the URL, which takes precedence over the rules.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<Option<String>>) -> Self {
        self.url = url.into();
        self
    }
}

/// Error returned when there is no endpoint for the parameters. The messages are those of AWS's
/// endpoint rules.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// FIPS together with a custom URL.
    #[error("Invalid Configuration: FIPS and custom endpoint are not supported")]
    FipsWithUrl,
    /// Dual-stack together with a custom URL.
    #[error("Invalid Configuration: Dualstack and custom endpoint are not supported")]
    DualStackWithUrl,
    /// Neither a region nor a URL.
    #[error("Invalid Configuration: Missing Region")]
    MissingRegion,
    /// The partition has no FIPS or no dual-stack endpoints, and both are required.
    #[error("FIPS and DualStack are enabled, but this partition does not support one or both")]
    NoFipsOrDualStack,
    /// The partition has no FIPS endpoints.
    #[error("FIPS is enabled but this partition does not support FIPS")]
    NoFips,
    /// The partition has no dual-stack endpoints.
    #[error("DualStack is enabled but this partition does not support DualStack")]
    NoDualStack,
    /// The configured URL is not an absolute `http` or `https` URL.
    #[error("endpoint URL `{url}` is not an absolute http or https URL")]
    InvalidUrl {
        /// The configured text, without the part that may be a credential.
        url: String,
    },
}

/// The base URL of a service, with the region to sign for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    region: Option<Region>,
}

impl Endpoint {
    /// Creates the endpoint of a URL: scheme, host, and optionally a prefix of all paths.
    ///
    /// # Errors
    /// [`EndpointError::InvalidUrl`], also for a URL with a query or with credentials.
    pub fn parse(url: &str, region: Option<Region>) -> Result<Self, EndpointError> {
        let invalid = || EndpointError::InvalidUrl { url: without_user(url) };
        let uri: Uri = url.trim().parse().map_err(|_| invalid())?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"));
        let (Some(scheme), Some(authority)) = (scheme, uri.authority()) else {
            return Err(invalid());
        };
        if authority.as_str().as_bytes().contains(&b'@') || uri.query().is_some() {
            return Err(invalid());
        }
        let url = format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'));
        Ok(Self { url, region })
    }

    /// Creates an endpoint by the rule of OIDC, portal and STS: `https://{prefix}.{region}.{suffix}`.
    ///
    /// In `aws-us-gov` the plain hosts are the FIPS hosts: `fips_prefix` is for dual-stack only.
    ///
    /// # Errors
    /// A combination that AWS's rules exclude, or no region.
    pub fn regional(
        params: &EndpointParams,
        prefix: &str,
        fips_prefix: &str,
    ) -> Result<Self, EndpointError> {
        if let Some(url) = &params.url {
            return match (params.fips, params.dual_stack) {
                (true, _) => Err(EndpointError::FipsWithUrl),
                (_, true) => Err(EndpointError::DualStackWithUrl),
                _ => Self::parse(url, params.region.clone()),
            };
        }
        let region = params.region.clone().ok_or(EndpointError::MissingRegion)?;
        let partition = Partition::for_region(&region);
        let (prefix, suffix) = host_parts(params, partition, prefix, fips_prefix)?;
        Ok(Self { url: format!("https://{prefix}.{region}.{suffix}"), region: Some(region) })
    }

    /// Sets the region to sign for.
    #[must_use]
    pub fn with_region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Returns scheme, authority and path prefix, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the region to sign for.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Creates a GET request.
    pub fn get(&self, path: &str) -> RequestBuilder {
        RequestBuilder::new(self, Method::GET, path)
    }

    /// Creates a POST request.
    pub fn post(&self, path: &str) -> RequestBuilder {
        RequestBuilder::new(self, Method::POST, path)
    }
}

/// Returns the first and the last part of a host by the rules of a partition.
fn host_parts<'a>(
    params: &EndpointParams,
    partition: &Partition,
    prefix: &'a str,
    fips_prefix: &'a str,
) -> Result<(&'a str, &'static str), EndpointError> {
    match (params.fips, params.dual_stack) {
        (true, true) if !(partition.supports_fips && partition.supports_dual_stack) => {
            Err(EndpointError::NoFipsOrDualStack)
        }
        (true, false) if !partition.supports_fips => Err(EndpointError::NoFips),
        (false, true) if !partition.supports_dual_stack => Err(EndpointError::NoDualStack),
        (true, true) => Ok((fips_prefix, partition.dual_stack_dns_suffix)),
        (true, false) if partition.id == "aws-us-gov" => Ok((prefix, partition.dns_suffix)),
        (true, false) => Ok((fips_prefix, partition.dns_suffix)),
        (false, true) => Ok((prefix, partition.dual_stack_dns_suffix)),
        (false, false) => Ok((prefix, partition.dns_suffix)),
    }
}

/// Removes the part before an `@`, which may contain a password.
fn without_user(url: &str) -> String {
    let bare = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
    printable_short(bare, 120)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(region: &str) -> EndpointParams {
        EndpointParams::new(Region::new(region).unwrap())
    }

    #[track_caller]
    fn check(params: &EndpointParams, expected: &str) {
        let found = Endpoint::regional(params, "oidc", "oidc-fips");
        assert_eq!(found.map_or_else(|error| error.to_string(), |at| at.url), expected);
    }

    #[test]
    fn endpoint_depends_on_region_partition_and_variant() {
        check(&params("us-east-1"), "https://oidc.us-east-1.amazonaws.com");
        check(&params("mars-north-1"), "https://oidc.mars-north-1.amazonaws.com");
        check(&params("eu-isoe-west-1"), "https://oidc.eu-isoe-west-1.cloud.adc-e.uk");
        check(&params("us-east-1").with_fips(true), "https://oidc-fips.us-east-1.amazonaws.com");
        check(&params("us-gov-west-1").with_fips(true), "https://oidc.us-gov-west-1.amazonaws.com");
        check(
            &params("us-gov-west-1").with_fips(true).with_dual_stack(true),
            "https://oidc-fips.us-gov-west-1.api.aws",
        );
        check(&params("us-east-1").with_dual_stack(true), "https://oidc.us-east-1.api.aws");
        check(&EndpointParams::default(), "Invalid Configuration: Missing Region");
        let endpoint = Endpoint::regional(&params("us-east-1"), "oidc", "oidc-fips").unwrap();
        assert_eq!(endpoint.region().map(Region::as_str), Some("us-east-1"));
    }

    #[test]
    fn variant_that_the_partition_lacks_is_an_error() {
        use EndpointError::{NoDualStack, NoFips, NoFipsOrDualStack};

        let both = params("us-east-1").with_fips(true).with_dual_stack(true);
        let (fips, dual_stack) =
            (both.clone().with_dual_stack(false), both.clone().with_fips(false));
        let mut partition = Partition::for_region(&Region::new("us-east-1").unwrap()).clone();
        for (supports_fips, supports_dual_stack) in
            [(true, true), (true, false), (false, true), (false, false)]
        {
            partition.supports_fips = supports_fips;
            partition.supports_dual_stack = supports_dual_stack;
            let error = |params| host_parts(params, &partition, "oidc", "oidc-fips").err();
            assert_eq!(error(&fips), (!supports_fips).then_some(NoFips));
            assert_eq!(error(&dual_stack), (!supports_dual_stack).then_some(NoDualStack));
            let has_both = supports_fips && supports_dual_stack;
            assert_eq!(error(&both), (!has_both).then_some(NoFipsOrDualStack));
            assert_eq!(error(&params("us-east-1")), None);
        }
    }

    #[test]
    fn custom_url_takes_precedence_over_the_rules() {
        let local = params("us-east-1").with_url("http://127.0.0.1:8080/base/".to_owned());
        check(&local, "http://127.0.0.1:8080/base");
        check(
            &local.clone().with_dual_stack(true),
            "Invalid Configuration: Dualstack and custom endpoint are not supported",
        );
        check(
            &local.with_fips(true),
            "Invalid Configuration: FIPS and custom endpoint are not supported",
        );
    }

    #[test]
    fn invalid_url_is_shown_without_its_password() {
        let error = Endpoint::parse("ftp://me:pass@host", None).unwrap_err();
        assert_eq!(error.to_string(), "endpoint URL `host` is not an absolute http or https URL");
        for url in ["", "/path", "example.com", "http://", "http://a b", "https://h?x=1"] {
            assert!(Endpoint::parse(url, None).is_err(), "{url:?}");
        }
    }
}
