//! All suites with their checks.

mod assume_role;
mod auth_tokens;
mod botocore_cfg;
mod case_keychain;
mod clock_skew;
pub(crate) mod config_differential;
pub(crate) mod config_files;
mod configured_endpoint_urls;
mod credential_refresh;
mod ecs;
mod endpoint_rules;
mod first_request;
mod imds_config;
mod login;
mod profile_files;
mod providers;
mod service_responses;
mod sigv4;
mod timestamps;

use crate::suite::{Cases, Checker, Suite};

/// All suites, from text formats to whole provider chains.
pub(crate) const SUITES: &[Suite] = &[
    elements(
        "timestamps/format_http_date",
        "date_time_format_test_suite.json",
        ("/format_http_date", "iso8601"),
        timestamps::format_http_date,
    ),
    elements(
        "timestamps/format_date_time",
        "date_time_format_test_suite.json",
        ("/format_date_time", "iso8601"),
        timestamps::format_date_time,
    ),
    elements(
        "timestamps/parse_http_date",
        "date_time_format_test_suite.json",
        ("/parse_http_date", "iso8601"),
        timestamps::parse_http_date,
    ),
    elements(
        "timestamps/parse_date_time",
        "date_time_format_test_suite.json",
        ("/parse_date_time", "iso8601"),
        timestamps::parse_date_time,
    ),
    elements(
        "profile-files/parser",
        "profile-parser-tests.json",
        ("/tests", "name"),
        profile_files::parse,
    ),
    elements(
        "profile-files/location",
        "file-location-tests.json",
        ("/tests", "name"),
        profile_files::locate,
    ),
    elements(
        config_differential::NAME,
        "config-differential.json",
        ("/cases", "id"),
        config_differential::check,
    ),
    Suite {
        name: "botocore-cfg",
        path_suffix: "botocore-cfg",
        cases: Cases::Files,
        check: botocore_cfg::check,
    },
    elements("assume-role", "assume-role-tests.json", ("", "docs"), assume_role::check),
    elements(
        "configured-endpoint-urls",
        "configured-endpoint-urls/profile-tests.json",
        ("/testSuites/0/endpointUrlTests", "name"),
        configured_endpoint_urls::check,
    ),
    elements(
        "endpoint-rules/sso",
        "endpoint-rules/sso/endpoint-tests-1.json",
        ("/testCases", "documentation"),
        endpoint_rules::sso,
    ),
    elements(
        "endpoint-rules/sso-oidc",
        "endpoint-rules/sso-oidc/endpoint-tests-1.json",
        ("/testCases", "documentation"),
        endpoint_rules::sso_oidc,
    ),
    elements(
        "endpoint-rules/sts",
        "endpoint-rules/sts/endpoint-tests-1.json",
        ("/testCases", "documentation"),
        endpoint_rules::sts,
    ),
    elements(
        "endpoint-rules/signin",
        "endpoint-rules/signin/endpoint-tests-1.json",
        ("/testCases", "documentation"),
        endpoint_rules::signin,
    ),
    folders("sigv4", "sigv4", sigv4::check),
    folders("sigv4", "aws-signing-test-suite/v4", sigv4::check),
    elements(
        "clock-skew",
        "clock-skew-test-cases.json",
        ("/tests", "description"),
        clock_skew::check,
    ),
    elements(
        "credential-refresh",
        "credential-refresh-tests.json",
        ("", "documentation"),
        credential_refresh::check,
    ),
    elements("ecs", "ecs-tests.json", ("/tests", "docs"), ecs::check),
    elements("imds-config", "imds-endpoint-tests.json", ("/tests", "docs"), imds_config::check),
    elements("login", "login/login-provider-test-cases.json", ("", "documentation"), login::check),
    elements(
        "login/botocore",
        "login/botocore/login-provider-test-cases.json",
        ("", "documentation"),
        login::check,
    ),
    folders("profile-provider", "profile-provider", providers::profile),
    folders(
        "default-credential-provider-chain",
        "default-credential-provider-chain",
        providers::default_credentials,
    ),
    folders(
        "default-token-provider-chain",
        "default-token-provider-chain",
        providers::default_token,
    ),
    // The project's own suites.
    elements(
        "auth-tokens",
        "auth-tokens/auth-token-tests.json",
        ("/tests", "docs"),
        auth_tokens::check,
    ),
    elements(
        "service-responses",
        "service-responses/service-response-tests.json",
        ("/tests", "documentation"),
        service_responses::check,
    ),
    folders("roles-anywhere", "roles-anywhere", providers::roles_anywhere),
    folders("keychain", "keychain", providers::default_token),
];

/// Returns a suite in one file, with the pointer to its array and the key of a case's name.
const fn elements(
    name: &'static str,
    path_suffix: &'static str,
    (pointer, name_key): (&'static str, &'static str),
    check: Checker,
) -> Suite {
    Suite { name, path_suffix, cases: Cases::Elements { pointer, name_key }, check }
}

/// Returns a suite with a directory for each case.
const fn folders(name: &'static str, path_suffix: &'static str, check: Checker) -> Suite {
    Suite { name, path_suffix, cases: Cases::Folders, check }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Args, find, run};

    const TESTDATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");

    #[test]
    fn every_suite_has_a_case_in_testdata() {
        let found = find::find_suites(Path::new(TESTDATA), SUITES).unwrap();
        let found: Vec<_> = found.iter().map(|found| found.suite.name).collect();
        let missing: Vec<_> = SUITES.iter().filter(|suite| !found.contains(&suite.name)).collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn testdata_cases_pass() {
        let mut out = Vec::new();
        let passed = run(Path::new(TESTDATA), &Args::default(), &mut out).unwrap();
        assert!(passed, "{}", String::from_utf8_lossy(&out));
    }
}
