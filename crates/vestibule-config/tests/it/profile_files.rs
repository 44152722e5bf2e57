//! The parser tests that AWS publishes for its SDKs.

use serde_json::{Value as Json, json};
use vestibule_config::{ProblemKind, SectionKind};

use crate::suites;
use crate::view::{Files, flat};

#[test]
fn published_parser_suite() {
    let Some(suite) = suites::json("profile-files/profile-parser-tests.json") else { return };
    let cases = suite["tests"].as_array().expect("a list of tests");
    let failures: Vec<_> = cases.iter().filter_map(|case| check(case).err()).collect();
    suites::conclude("profile-files", cases.len(), &failures);
}

fn check(case: &Json) -> Result<(), String> {
    let text = |file: &str| case["input"][file].as_str().unwrap_or_default().into();
    let files = Files::parse(text("configFile"), text("credentialsFile"));
    let output = &case["output"];
    let failed = |got: String| format!("{}\nexpected {output}\ngot {got}", case["name"]);
    match (files.strict(), output["errorContaining"].as_str()) {
        (Err((_, error)), Some(part)) if message(error.kind()).contains(part) => Ok(()),
        (Err((file, error)), _) => Err(failed(format!("{file}: {error}"))),
        (Ok(()), Some(_)) => Err(failed("no error".into())),
        (Ok(()), None) => {
            let wanted = |key: &str| output["config"].get(key).cloned().unwrap_or(json!({}));
            let profiles = files.sections(SectionKind::Profile, flat);
            let sessions = files.sections(SectionKind::SsoSession, flat);
            if profiles == wanted("profiles") && sessions == wanted("sso_sessions") {
                Ok(())
            } else {
                Err(failed(format!("{profiles} {sessions}")))
            }
        }
    }
}

/// A kind of problem in the words of the suite.
fn message(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::PropertyOutsideSection => "Expected a profile definition",
        ProblemKind::UnterminatedSection => "Profile definition must end with ']'",
        ProblemKind::PropertyWithoutEquals => "Expected an '=' sign defining a property",
        ProblemKind::PropertyWithoutName => "Property did not have a name",
        ProblemKind::ContinuationWithoutProperty => {
            "Expected a property definition, found continuation"
        }
        ProblemKind::SubPropertyWithoutEquals => "Expected an '=' sign defining a sub-property",
        ProblemKind::SubPropertyWithoutName => "Sub-property did not have a name",
        _ => "",
    }
}
