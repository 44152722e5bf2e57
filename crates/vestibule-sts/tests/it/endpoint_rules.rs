//! Suite `endpoint-rules/sts`.

use serde_json::Value;
use vestibule_types::Region;
use vestibule_wire::EndpointParams;

use crate::suites;

#[test]
fn endpoints_are_those_of_the_published_rules() {
    let Some(suite) = suites::path("endpoint-rules/sts/endpoint-tests-1.json") else { return };
    let suite = suites::json(&suite).unwrap();
    let cases = suite["testCases"].as_array().unwrap();
    for case in cases {
        check(case);
    }
    assert!(!cases.is_empty());
}

#[track_caller]
fn check(case: &Value) {
    let given = &case["params"];
    let flag = |name: &str| given[name].as_bool().unwrap_or(false);
    let mut params = EndpointParams::default()
        .with_fips(flag("UseFIPS"))
        .with_dual_stack(flag("UseDualStack"))
        .with_url(given["Endpoint"].as_str().map(str::to_owned));
    params.region = given["Region"].as_str().map(|region| Region::new(region).unwrap());

    let found = vestibule_sts::endpoint(&params, flag("UseGlobalEndpoint"));
    let expected = &case["expect"];
    match found {
        Err(error) => assert_eq!(expected["error"], error.to_string().as_str(), "{case}"),
        Ok(at) => {
            let expected = &expected["endpoint"];
            assert_eq!(expected["url"], at.url(), "{case}");
            let region = &expected["properties"]["authSchemes"][0]["signingRegion"];
            let region = region.as_str().or(given["Region"].as_str());
            assert_eq!(region, at.region().map(Region::as_str), "{case}");
        }
    }
}
