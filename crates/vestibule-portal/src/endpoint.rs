use vestibule_wire::{Endpoint, EndpointError, EndpointParams};

/// Where the access portal of a region answers.
///
/// The region is that of the Identity Center instance (`sso_region`), not that of the work.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    Endpoint::regional(params, "portal.sso", "portal.sso-fips")
}
