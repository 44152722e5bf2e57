//! The table of checks.

mod cache;
mod clock;
mod environment;
mod files;
mod network;
mod profile;
mod sign_in;
mod start_urls;
mod syntax;

pub use environment::key_variables;

use crate::{Context, Finding};

/// One row of the table.
struct Check {
    name: &'static str,
    /// Text of the "ok" finding when the check reports nothing.
    ok: &'static str,
    run: fn(&Context<'_>) -> Vec<Finding>,
}

/// All checks: files first, then the session, then the network.
const CHECKS: &[Check] = &[
    Check { name: "profile", ok: "", run: profile::check },
    Check {
        name: "config files",
        ok: "no syntax errors or duplicate sections",
        run: syntax::check,
    },
    Check { name: "start URLs", ok: "one per session", run: start_urls::check },
    Check {
        name: "environment",
        ok: "no environment variable overrides the profile",
        run: environment::check,
    },
    Check { name: "file modes", ok: "credential files are private (0600)", run: files::check },
    Check { name: "cache", ok: "no corrupt or expired files", run: cache::check },
    Check { name: "sign-in", ok: "skipped: the profile does not use SSO", run: sign_in::check },
    Check { name: "CA bundle", ok: "not set", run: network::check_ca_bundle },
    Check { name: "proxy", ok: "not used", run: network::check_proxy },
    Check {
        name: "endpoints",
        ok: "skipped: the profile does not use SSO",
        run: network::check_endpoints,
    },
    Check {
        name: "certificate",
        ok: "skipped: no endpoint responded over TLS",
        run: network::check_certificates,
    },
    Check { name: "clock", ok: "skipped: no endpoint responded", run: clock::check },
];

/// Runs all checks. Each has at least one finding, in the order of the table.
pub fn examine(context: &Context<'_>) -> Vec<Finding> {
    let run = |check: &'static Check| {
        let mut findings = (check.run)(context);
        if findings.is_empty() {
            findings.push(Finding::ok(check.ok));
        }
        findings.into_iter().map(|finding| Finding { check: check.name, ..finding })
    };
    CHECKS.iter().flat_map(run).collect()
}
