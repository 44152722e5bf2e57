use vestibule::{Base, ErrorKind};

use crate::{Cause, Context, Finding, Remedy};

/// Reports whether the selected profile is valid and has a source of credentials.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    vec![match &context.plan {
        Ok(plan) => {
            let name = &plan.profile;
            if matches!(plan.base, Base::NotConfigured(_)) {
                Finding::note(format!(
                    "`{}` ({}) has no source of credentials",
                    name.value, name.origin
                ))
                .with_remedy(Remedy::Library(vestibule::Remedy::SetUp))
            } else {
                Finding::ok(format!("`{}` ({}) is valid", name.value, name.origin))
            }
        }
        Err(error) => {
            let cause = match error.kind() {
                ErrorKind::Configuration => Cause::Configuration,
                _ => Cause::Machine,
            };
            let remedy = error.remedy().cloned().map(Remedy::Library);
            Finding::problem(cause, error.to_string()).with_remedy(remedy)
        }
    }]
}
