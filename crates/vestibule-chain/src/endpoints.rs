use vestibule_profile::{ConfiguredSession, Settings, is_dual_stack};
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

/// Returns a session with its endpoints, which are in the session's own region. A start URL with a
/// dual-stack host name selects dual-stack endpoints, unless the settings say otherwise.
///
/// # Errors
/// An invalid configured URL, or a combination that AWS's rules exclude.
pub fn instance(settings: &Settings, session: SsoSession) -> Result<Instance, EndpointError> {
    instance_with(settings, session, false)
}

/// Returns a configured session with its endpoints. A pseudo region selects FIPS endpoints.
///
/// # Errors
/// As [`instance`].
pub fn configured_instance(
    settings: &Settings,
    session: &ConfiguredSession,
) -> Result<Instance, EndpointError> {
    instance_with(settings, session.session(), session.use_fips)
}

fn instance_with(
    settings: &Settings,
    session: SsoSession,
    fips: bool,
) -> Result<Instance, EndpointError> {
    let dual_stack =
        !settings.use_dual_stack.origin.is_given() && is_dual_stack(&session.start_url);
    let params = |service| {
        let mut params = endpoint_params(settings, service, Some(&session.region));
        // A configured URL cannot be combined with either.
        let is_regional = params.url.is_none();
        params.fips |= fips && is_regional;
        params.dual_stack |= dual_stack && is_regional;
        params
    };
    let oidc = vestibule_oidc::endpoint(&params("sso_oidc"))?;
    let portal = vestibule_portal::endpoint(&params("sso"))?;
    Ok(Instance::new(session, oidc, portal))
}

#[cfg(test)]
mod tests {
    use vestibule_profile::{Files, Overrides, plan};
    use vestibule_types::Vars;

    use super::*;

    #[track_caller]
    fn check(start_url: &str, sso_region: &str, settings: &str, host: &str) {
        let config = format!(
            "[default]\nsso_session = s\n{settings}[sso-session s]\nsso_start_url = {start_url}\n\
             sso_region = {sso_region}\n"
        );
        let files = Files::from_texts(&config, "");
        let plan = plan(&files, &Vars::default(), &Overrides::default()).unwrap();
        let instance = configured_instance(&plan.settings, plan.session().unwrap()).unwrap();
        assert_eq!(instance.oidc.url(), format!("https://{host}"));
    }

    #[test]
    fn dual_stack_start_url_selects_dual_stack_endpoints() {
        let url = "https://ssoins-1.portal.us-east-1.app.aws";
        check(url, "us-east-1", "", "oidc.us-east-1.api.aws");
        check(url, "us-east-1", "use_dualstack_endpoint = false\n", "oidc.us-east-1.amazonaws.com");
    }

    #[test]
    fn pseudo_sso_region_or_setting_selects_fips_endpoints() {
        let url = "https://corp.awsapps.com/start";
        check(url, "us-east-1", "use_fips_endpoint = true\n", "oidc-fips.us-east-1.amazonaws.com");
        check(url, "fips-us-east-1", "", "oidc-fips.us-east-1.amazonaws.com");
        check(url, "fips-us-gov-west-1", "", "oidc.us-gov-west-1.amazonaws.com");
        check(url, "US-EAST-1", "", "oidc.us-east-1.amazonaws.com");
    }
}
