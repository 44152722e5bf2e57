use vestibule_wire::{Endpoint, EndpointError, EndpointParams};

/// Where the OIDC service of a region answers.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    Endpoint::regional(params, "oidc", "oidc-fips")
}
