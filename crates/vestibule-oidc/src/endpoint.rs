use vestibule_wire::{Endpoint, EndpointError, EndpointParams};

/// Returns the endpoint of the OIDC service in a region.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    Endpoint::regional(params, "oidc", "oidc-fips")
}
