//! Suite `configured-endpoint-urls`: which URL a service is called at.

use serde_json::Value;
use vestibule_profile::{Files, Overrides, settings};
use vestibule_types::Vars;

use crate::suites;

#[test]
fn shared_suite() {
    const PATH: &str = "configured-endpoint-urls/profile-tests.json";
    let Some(data) = suites::json(PATH) else { return };
    let mut cases = 0;
    let mut failures = Vec::new();
    for suite in suites::array(&data["testSuites"]) {
        for case in suites::array(&suite["endpointUrlTests"]) {
            cases += 1;
            failures.extend(failure(suite, case));
        }
    }
    suites::conclude(PATH, cases, &failures);
}

fn failure(suite: &Value, case: &Value) -> Option<String> {
    let part = |table: &str, name: &str| &suite[table][case[name].as_str().unwrap_or_default()];
    let files = Files::from_texts(
        &(suites::ini("profile", &suite["profiles"])
            + &suites::ini("services", &suite["services"])),
        "",
    );
    let vars: Vars = suites::texts(part("environments", "environment")).collect();
    let mut ask = Overrides::default();
    if let Some(profile) = case["profile"].as_str() {
        ask = ask.with_profile(profile, "profile");
    }
    let client = part("client_configs", "client_config");
    if let Some(url) = client["endpoint_url"].as_str() {
        ask = ask.with_endpoint_url(url, "endpoint_url");
    }
    if let Some(ignore) = client["ignore_configured_endpoint_urls"].as_bool() {
        ask = ask.with_ignore_configured_endpoint_urls(ignore, "ignore");
    }
    let settings = match settings(&files, &vars, &ask) {
        Ok(settings) => settings,
        Err(error) => return Some(format!("{}: {error}", case["name"])),
    };
    let service = case["service"].as_str().unwrap_or_default();
    let region = settings.region.as_ref().map_or("", |region| region.value.as_str());
    let found = settings.endpoint_urls.get(service).map_or_else(
        || format!("https://{service}.{region}.amazonaws.com"),
        |url| url.value.clone(),
    );
    let expected = &case["output"]["endpointUrl"];
    (expected != found.as_str()).then(|| format!("{}: {found} instead of {expected}", case["name"]))
}
