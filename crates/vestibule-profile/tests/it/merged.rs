//! Suite `profile-files`, parser: both files as one view of each profile.

use serde_json::Value;
use vestibule_profile::Files;

use crate::suites;

#[test]
fn shared_suite() {
    const PATH: &str = "profile-files/profile-parser-tests.json";
    let Some(suite) = suites::json(PATH) else { return };
    let readable =
        || suites::array(&suite["tests"]).filter(|case| case["output"]["config"].is_object());
    let failures: Vec<_> = readable().filter_map(failure).collect();
    suites::conclude("profile-files, merged", readable().count(), &failures);
}

fn failure(case: &Value) -> Option<String> {
    let text = |file: &str| case["input"][file].as_str().unwrap_or_default();
    let files = Files::from_texts(text("configFile"), text("credentialsFile"));
    let expected = case["output"]["config"]["profiles"].as_object();
    let expected = || expected.into_iter().flatten();
    let names = files.profile_names().count() == expected().count();
    let holds = names
        && expected().all(|(name, properties)| {
            let profile = files.profile(name);
            profile.is_some_and(|profile| {
                suites::texts(properties).all(|(key, value)| {
                    // What is empty is unset, here as everywhere.
                    profile.get(&key).as_ref().map_or("", |setting| setting.text()) == value
                })
            })
        });
    (!holds).then(|| case.to_string())
}
