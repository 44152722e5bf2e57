//! Suite `profile-files`, locations: where the files are, and which profile is meant.

use vestibule_profile::{Location, Overrides, choose, locate};
use vestibule_types::{Platform, Vars};

use crate::suites;

#[test]
fn shared_suite() {
    const PATH: &str = "profile-files/file-location-tests.json";
    let Some(suite) = suites::json(PATH) else { return };
    let mut failures = Vec::new();
    for case in suites::array(&suite["tests"]) {
        let vars: Vars = suites::texts(&case["environment"]).collect();
        let platform = match case["platform"].as_str() {
            Some("windows") => Platform::Windows,
            _ => Platform::Unix,
        };
        let found = locate(&vars, platform);
        let path = |location: &Location| location.path().map(|path| path.display().to_string());
        let profile = choose(&vars, &Overrides::default()).value;
        for (expected, found) in [
            (&case["configLocation"], path(&found.config)),
            (&case["credentialsLocation"], path(&found.credentials)),
            (&case["profile"], Some(profile)),
        ] {
            if !expected.is_null() && expected.as_str() != found.as_deref() {
                failures.push(format!("{}: {found:?} instead of {expected}", case["name"]));
            }
        }
    }
    suites::conclude(PATH, suites::array(&suite["tests"]).count(), &failures);
}
