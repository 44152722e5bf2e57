use vestibule::{Base, ErrorKind};

use crate::{Case, Cause, Finding, Remedy};

/// Whether the chosen profile can be made sense of.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    vec![match &case.plan {
        Ok(plan) => {
            let name = &plan.profile;
            if matches!(plan.base, Base::Nothing(_)) {
                Finding::note(format!("`{}` ({}) has no credentials", name.value, name.origin))
                    .with_remedy(Remedy::Known(vestibule::Remedy::SetUp))
            } else {
                Finding::fine(format!("`{}` ({}) can be made sense of", name.value, name.origin))
            }
        }
        Err(error) => {
            let lies = match error.kind() {
                ErrorKind::Configuration => Cause::Configuration,
                _ => Cause::Machine,
            };
            let remedy = error.remedy().cloned().map(Remedy::Known);
            Finding::problem(lies, error.to_string()).with_remedy(remedy)
        }
    }]
}
