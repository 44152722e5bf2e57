//! The checks, as a table. Each looks at one thing.

mod cache;
mod clock;
mod environment;
mod files;
mod lines;
mod network;
mod profile;
mod sign_in;
mod start_urls;

use crate::{Case, Finding};

/// One thing to look at.
struct Check {
    name: &'static str,
    /// What there is to say where there is nothing to say.
    fine: &'static str,
    look: fn(&Case<'_>) -> Vec<Finding>,
}

/// From the files outwards.
const CHECKS: &[Check] = &[
    Check { name: "profile", fine: "", look: profile::look },
    Check {
        name: "config files",
        fine: "every line can be read, and no section twice",
        look: lines::look,
    },
    Check { name: "start URLs", fine: "each session has one", look: start_urls::look },
    Check {
        name: "environment",
        fine: "nothing comes before the profile",
        look: environment::look,
    },
    Check { name: "file modes", fine: "secrets are their owner's alone", look: files::look },
    Check { name: "cache", fine: "every file can be used", look: cache::look },
    Check { name: "sign-in", fine: "the profile signs in nowhere", look: sign_in::look },
    Check { name: "CA bundle", fine: "the system's certificates alone", look: network::bundle },
    Check { name: "proxy", fine: "none in use", look: network::proxy },
    Check { name: "endpoints", fine: "there is nothing to reach", look: network::reach },
    Check { name: "certificate", fine: "no endpoint was reached over TLS", look: network::roots },
    Check { name: "clock", fine: "nobody could be asked for the time", look: clock::look },
];

/// Looks at everything. Each check has at least one finding, in the order of the table.
pub fn examine(case: &Case<'_>) -> Vec<Finding> {
    let look = |check: &'static Check| {
        let mut findings = (check.look)(case);
        if findings.is_empty() {
            findings.push(Finding::fine(check.fine));
        }
        findings.into_iter().map(|finding| Finding { check: check.name, ..finding })
    };
    CHECKS.iter().flat_map(look).collect()
}
