use vestibule::config::ProblemKind;

use crate::{Cause, Context, Finding};

/// Reports syntax errors, and sections and keys that appear twice.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let findings = context.configuration.files().findings();
    findings
        .map(|finding| {
            let is_duplicate = matches!(
                finding.kind(),
                ProblemKind::RepeatedSection
                    | ProblemKind::RepeatedKey
                    | ProblemKind::HiddenDefault
            );
            if is_duplicate || finding.kind().is_strict() {
                Finding::problem(Cause::Configuration, finding.to_string())
                    .with_place(finding.place().to_string())
            } else {
                Finding::note(finding.to_string())
            }
        })
        .collect()
}
