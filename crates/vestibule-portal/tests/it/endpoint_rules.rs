//! The suite `endpoint-rules/sso` of the folder that `VESTIBULE_SUITES` names, else of
//! `../shared/conformance` beside the workspace.

use std::path::{Path, PathBuf};

use serde_json::Value;
use vestibule_portal::endpoint;
use vestibule_types::Region;
use vestibule_wire::EndpointParams;

#[test]
#[expect(clippy::print_stderr, reason = "how many cases ran is part of a run's report")]
fn endpoints_are_those_of_the_suite() {
    let Some(cases) = cases() else {
        eprintln!("skipped: there is no endpoint-rules/sso in the folder of shared suites");
        return;
    };
    let failures: Vec<_> = cases.iter().filter_map(failure).collect();
    eprintln!("endpoint-rules/sso: {} cases, {} failed", cases.len(), failures.len());
    assert!(!cases.is_empty(), "the suite has no cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is wrong with a case, if anything is.
fn failure(case: &Value) -> Option<String> {
    let params = &case["params"];
    let found = text(&params["Region"]).map(|region| Region::new(&region)).transpose();
    let found = found.map_err(|error| error.to_string()).and_then(|region| {
        let mut to = EndpointParams::default()
            .with_fips(params["UseFIPS"] == true)
            .with_dual_stack(params["UseDualStack"] == true)
            .with_url(text(&params["Endpoint"]));
        to.region = region;
        endpoint(&to).map(|at| at.url().to_owned()).map_err(|error| error.to_string())
    });
    let expected = match text(&case["expect"]["error"]) {
        Some(error) => Err(error),
        None => Ok(text(&case["expect"]["endpoint"]["url"]).unwrap_or_default()),
    };
    let documentation = &case["documentation"];
    (found != expected).then(|| format!("{documentation}: {found:?}, and not {expected:?}"))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The cases of every file in the folder; `None` without a folder.
#[expect(clippy::disallowed_methods, reason = "a test reads test data")]
fn cases() -> Option<Vec<Value>> {
    let mut cases = Vec::new();
    for file in std::fs::read_dir(suites().join("endpoint-rules/sso")).ok()? {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        let suite: Value = serde_json::from_slice(&text).unwrap();
        cases.extend(suite["testCases"].as_array().unwrap().iter().cloned());
    }
    Some(cases)
}

#[expect(clippy::disallowed_methods, reason = "a test reads test data")]
fn suites() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    std::env::var_os("VESTIBULE_SUITES").map_or_else(beside, PathBuf::from)
}
