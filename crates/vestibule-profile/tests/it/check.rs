//! The comparison that all tables use.

use expect_test::Expect;
use vestibule_profile::{Files, Overrides, plan};
use vestibule_types::Vars;

/// Checks the plan of two files for the profile `dev`, named by the caller.
#[expect(clippy::needless_pass_by_value, reason = "a table reads better without `&`")]
#[track_caller]
pub(crate) fn check(config: &str, credentials: &str, expect: Expect) {
    expect.assert_eq(&outcome(config, credentials, &Vars::default()));
}

pub(crate) fn outcome(config: &str, credentials: &str, vars: &Vars) -> String {
    let files = Files::from_texts(config, credentials);
    let overrides = Overrides::default().with_profile("dev", "--profile");
    match plan(&files, vars, &overrides) {
        Ok(plan) => plan.to_string(),
        Err(error) => format!("error: {error}\nat: {:#}\n", error.origin()),
    }
}
