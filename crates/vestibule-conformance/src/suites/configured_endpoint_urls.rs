//! Suite `configured-endpoint-urls`: precedence of configured endpoint URLs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use vestibule_profile::{Files, Overrides};
use vestibule_types::Vars;
use vestibule_wire::Endpoint;

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    profile: String,
    client_config: String,
    environment: String,
    service: String,
    output: Output,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    endpoint_url: String,
}

/// Definitions to which the cases refer by name.
#[derive(Deserialize)]
struct Shared {
    profiles: BTreeMap<String, BTreeMap<String, String>>,
    services: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
    environments: BTreeMap<String, BTreeMap<String, String>>,
    client_configs: BTreeMap<String, Client>,
}

/// Client configuration set in code.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Client {
    endpoint_url: Option<String>,
    ignore_configured_endpoint_urls: Option<bool>,
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let given: Given = case.parse()?;
    let shared = Shared::deserialize(&case.shared["testSuites"][0])?;
    let files = Files::from_texts(&config_text(&given.profile, &shared)?, "");
    let vars = Vars::from_iter(look_up(&shared.environments, &given.environment)?.clone());
    let client = look_up(&shared.client_configs, &given.client_config)?;
    let overrides = client.clone().overrides().with_profile(&given.profile, "profile");

    let settings = vestibule_profile::settings(&files, &vars, &overrides).inspect_err(|error| {
        visible.error(error);
    })?;
    visible.debug(&settings);
    let found = if let Some(url) = settings.endpoint_urls.get(&given.service) {
        Endpoint::parse(&url.value, None)?.url().to_owned()
    } else {
        let region = settings.region.ok_or_else(|| Mismatch::new("no region"))?.value;
        format!("https://{}.{region}.amazonaws.com", given.service)
    };
    compare::text(&given.output.endpoint_url, &found)
}

/// Returns a config file with one profile and its services section.
fn config_text(profile: &str, shared: &Shared) -> Checked<String> {
    let keys = look_up(&shared.profiles, profile)?;
    let mut text = format!("[profile {profile}]\n");
    for (key, value) in keys {
        writeln!(text, "{key} = {value}")?;
    }
    if let Some(name) = keys.get("services") {
        writeln!(text, "[services {name}]")?;
        for (service, keys) in look_up(&shared.services, name)? {
            writeln!(text, "{service} =")?;
            for (key, value) in keys {
                writeln!(text, "    {key} = {value}")?;
            }
        }
    }
    Ok(text)
}

impl Client {
    fn overrides(self) -> Overrides {
        let overrides = Overrides::default();
        let overrides = match self.endpoint_url {
            Some(url) => overrides.with_endpoint_url(url, "endpoint_url"),
            None => overrides,
        };
        match self.ignore_configured_endpoint_urls {
            Some(ignore) => overrides.with_ignore_configured_endpoint_urls(ignore, "ignore"),
            None => overrides,
        }
    }
}

fn look_up<'a, T>(map: &'a BTreeMap<String, T>, name: &str) -> Checked<&'a T> {
    map.get(name).ok_or_else(|| Mismatch::new(format!("the suite does not define `{name}`")))
}
