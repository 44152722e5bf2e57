use vestibule_wire::{Endpoint, EndpointError, EndpointParams};

/// Returns the endpoint of the access portal in a region.
///
/// The region is that of the Identity Center instance (`sso_region`), not that of the services in use.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    Endpoint::regional(params, "portal.sso", "portal.sso-fips")
}
