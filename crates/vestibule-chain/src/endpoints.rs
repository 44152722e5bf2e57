use vestibule_profile::Settings;
use vestibule_sso::Instance;
use vestibule_types::{Region, SsoSession};
use vestibule_wire::{EndpointError, EndpointParams};

/// Returns the parameters that select the endpoint of a service; `service` is its id in the
/// configuration: `sso_oidc`, `sso`, `sts`.
pub fn endpoint_params(
    settings: &Settings,
    service: &str,
    region: Option<&Region>,
) -> EndpointParams {
    let mut params = EndpointParams::default()
        .with_fips(settings.use_fips.value)
        .with_dual_stack(settings.use_dual_stack.value)
        .with_url(settings.endpoint_urls.get(service).map(|url| url.value.clone()));
    params.region = region.cloned();
    params
}

/// Returns a session with its endpoints, which are in the session's own region.
///
/// # Errors
/// An invalid configured URL, or a combination that AWS's rules exclude.
pub fn instance(settings: &Settings, session: SsoSession) -> Result<Instance, EndpointError> {
    let region = Some(&session.region);
    let oidc = vestibule_oidc::endpoint(&endpoint_params(settings, "sso_oidc", region))?;
    let portal = vestibule_portal::endpoint(&endpoint_params(settings, "sso", region))?;
    Ok(Instance::new(session, oidc, portal))
}
