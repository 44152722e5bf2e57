//! The suites, and what checks each.

mod assume_role;
mod botocore_cfg;
mod clock_skew;
mod config_differential;
mod config_files;
mod configured_endpoint_urls;
mod credential_refresh;
mod endpoint_rules;
mod profile_files;
mod providers;
mod sigv4;
mod timestamps;

use crate::case::Case;
use crate::mismatch::Checked;
use crate::secrets_check::Visible;
use crate::suite::{Cases, Check, Suite};

/// Every suite that this program knows, from texts to whole chains.
pub(crate) const SUITES: &[Suite] = &[
    timestamps("timestamps/format_http_date", "/format_http_date", timestamps::format_http_date),
    timestamps("timestamps/format_date_time", "/format_date_time", timestamps::format_date_time),
    timestamps("timestamps/parse_http_date", "/parse_http_date", timestamps::parse_http_date),
    timestamps("timestamps/parse_date_time", "/parse_date_time", timestamps::parse_date_time),
    Suite {
        name: "profile-files/parser",
        places: &["profile-parser-tests.json"],
        cases: elements("/tests", "name"),
        check: Check::Run(profile_files::parse),
    },
    Suite {
        name: "profile-files/location",
        places: &["file-location-tests.json"],
        cases: elements("/tests", "name"),
        check: Check::Run(profile_files::locate),
    },
    Suite {
        name: "config-differential",
        places: &["config-differential.json"],
        cases: elements("/cases", "id"),
        check: Check::Run(config_differential::check),
    },
    Suite {
        name: "botocore-cfg",
        places: &["botocore-cfg"],
        cases: Cases::Files,
        check: Check::Run(botocore_cfg::check),
    },
    Suite {
        name: "assume-role",
        places: &["assume-role-tests.json"],
        cases: elements("", "docs"),
        check: Check::Run(assume_role::check),
    },
    Suite {
        name: "configured-endpoint-urls",
        places: &["configured-endpoint-urls/profile-tests.json"],
        cases: elements("/testSuites/0/endpointUrlTests", "name"),
        check: Check::Run(configured_endpoint_urls::check),
    },
    endpoint_rules(
        "endpoint-rules/sso",
        &["endpoint-rules/sso/endpoint-tests-1.json"],
        Check::Run(endpoint_rules::sso),
    ),
    endpoint_rules(
        "endpoint-rules/sso-oidc",
        &["endpoint-rules/sso-oidc/endpoint-tests-1.json"],
        Check::Run(endpoint_rules::sso_oidc),
    ),
    endpoint_rules(
        "endpoint-rules/sts",
        &["endpoint-rules/sts/endpoint-tests-1.json"],
        Check::Run(endpoint_rules::sts),
    ),
    endpoint_rules(
        "endpoint-rules/signin",
        &["endpoint-rules/signin/endpoint-tests-1.json"],
        Check::NotYet(NO_CRATE),
    ),
    Suite {
        name: "sigv4",
        places: &["sigv4", "aws-signing-test-suite/v4"],
        cases: Cases::Folders,
        check: Check::Run(sigv4::check),
    },
    Suite {
        name: "clock-skew",
        places: &["clock-skew-test-cases.json"],
        cases: elements("/tests", "description"),
        check: Check::Run(clock_skew::check),
    },
    Suite {
        name: "credential-refresh",
        places: &["credential-refresh-tests.json"],
        cases: elements("", "documentation"),
        check: Check::Run(credential_refresh::check),
    },
    Suite {
        name: "ecs",
        places: &["ecs-tests.json"],
        cases: elements("/tests", "docs"),
        check: Check::NotYet(NO_CRATE),
    },
    Suite {
        name: "imds-config",
        places: &["imds-endpoint-tests.json"],
        cases: elements("/tests", "docs"),
        check: Check::NotYet(NO_CRATE),
    },
    Suite {
        name: "login",
        places: &["login/login-provider-test-cases.json"],
        cases: elements("", "documentation"),
        check: Check::NotYet(NO_CRATE),
    },
    Suite {
        name: "login/botocore",
        places: &["login/botocore/login-provider-test-cases.json"],
        cases: elements("", "documentation"),
        check: Check::NotYet(NO_CRATE),
    },
    folders("profile-provider", &["profile-provider"], providers::profile),
    folders(
        "default-credential-provider-chain",
        &["default-credential-provider-chain"],
        providers::default_credentials,
    ),
    folders(
        "default-token-provider-chain",
        &["default-token-provider-chain"],
        providers::default_token,
    ),
];

const NO_CRATE: &str = "no crate for it";

type Checker = fn(&Case, &mut Visible) -> Checked;

const fn elements(at: &'static str, name: &'static str) -> Cases {
    Cases::Elements { at, name }
}

const fn timestamps(name: &'static str, at: &'static str, check: Checker) -> Suite {
    Suite {
        name,
        places: &["date_time_format_test_suite.json"],
        cases: elements(at, "iso8601"),
        check: Check::Run(check),
    }
}

const fn endpoint_rules(
    name: &'static str,
    places: &'static [&'static str],
    check: Check,
) -> Suite {
    Suite { name, places, cases: elements("/testCases", "documentation"), check }
}

const fn folders(name: &'static str, places: &'static [&'static str], check: Checker) -> Suite {
    Suite { name, places, cases: Cases::Folders, check: Check::Run(check) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Args, find, run};

    const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");

    #[test]
    fn every_suite_that_can_run_has_a_case_of_our_own() {
        let found = find::find(Path::new(OWN), SUITES).unwrap();
        let found: Vec<_> = found.iter().map(|found| found.suite.name).collect();
        let run = SUITES.iter().filter(|suite| matches!(suite.check, Check::Run(_)));
        let missing: Vec<_> = run.filter(|suite| !found.contains(&suite.name)).collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn our_own_cases_pass() {
        let mut out = Vec::new();
        let good = run(Path::new(OWN), &Args::default(), &mut out).unwrap();
        assert!(good, "{}", String::from_utf8_lossy(&out));
    }
}
