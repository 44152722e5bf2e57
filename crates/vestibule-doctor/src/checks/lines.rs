use vestibule::config::ProblemKind;

use crate::{Case, Cause, Finding};

/// Lines that cannot be read, and sections and keys that are there twice.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    let findings = case.configuration.files().findings();
    findings
        .map(|finding| {
            let twice = matches!(
                finding.kind(),
                ProblemKind::RepeatedSection
                    | ProblemKind::RepeatedKey
                    | ProblemKind::HiddenDefault
            );
            if twice || finding.kind().is_strict() {
                Finding::problem(Cause::Configuration, finding.to_string())
                    .at(finding.place().to_string())
            } else {
                Finding::note(finding.to_string())
            }
        })
        .collect()
}
