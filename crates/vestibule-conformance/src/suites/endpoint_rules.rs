//! Suites `endpoint-rules/…`: the endpoint of each service.

use std::error::Error;

use serde::Deserialize;
use serde_json::Value;
use vestibule_console_login::Plane;
use vestibule_types::Region;
use vestibule_wire::{Endpoint, EndpointParams};

use crate::case::Case;
use crate::compare;
use crate::mismatch::Checked;
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    params: Params,
    expect: Value,
}

/// Endpoint parameters; absent ones have their default value.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the parameters that the rule sets define")]
struct Params {
    region: Option<String>,
    #[serde(rename = "UseFIPS")]
    use_fips: bool,
    use_dual_stack: bool,
    endpoint: Option<String>,
    use_global_endpoint: bool,
    is_control_plane: bool,
    #[serde(rename = "IsOAuthEndpoint")]
    is_oauth_endpoint: bool,
}

pub(super) fn sso(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |params, _| vestibule_portal::endpoint(params))
}

pub(super) fn sso_oidc(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |params, _| vestibule_oidc::endpoint(params))
}

pub(super) fn sts(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |params, given| {
        if given.use_global_endpoint {
            vestibule_sts::legacy_endpoint(params)
        } else {
            vestibule_sts::endpoint(params)
        }
    })
}

pub(super) fn signin(case: &Case, visible: &mut Visible) -> Checked {
    check(case, visible, |params, given| {
        let plane = match (given.is_control_plane, given.is_oauth_endpoint) {
            (true, _) => Plane::Control,
            (false, true) => Plane::OAuth,
            (false, false) => Plane::Data,
        };
        vestibule_console_login::endpoint(params, plane)
    })
}

fn check<E: Error + 'static>(
    case: &Case,
    visible: &mut Visible,
    endpoint: fn(&EndpointParams, &Params) -> Result<Endpoint, E>,
) -> Checked {
    let Given { params: given, expect } = case.parse()?;
    let mut params = EndpointParams::default()
        .with_fips(given.use_fips)
        .with_dual_stack(given.use_dual_stack)
        .with_url(given.endpoint.clone());
    params.region = given.region.as_deref().map(Region::new).transpose()?;
    let region = &expect["endpoint"]["properties"]["authSchemes"][0]["signingRegion"];
    let expected = match expect["error"].as_str() {
        Some(error) => Err(error.to_owned()),
        None => Ok((
            expect["endpoint"]["url"].as_str().unwrap_or_default().to_owned(),
            region.as_str().or(given.region.as_deref()).map(str::to_owned),
        )),
    };
    let found = match endpoint(&params, &given) {
        Ok(endpoint) => Ok((endpoint.url().to_owned(), endpoint.region().map(ToString::to_string))),
        Err(error) => {
            visible.error(&error);
            Err(error.to_string())
        }
    };
    compare::values(&expected, &found)
}
