//! The program between this one and the keychain: its name, and the hint if it is missing.

use std::sync::Arc;

use vestibule_keychain::KeychainError;

/// Variable that names a program in place of `vestibule-keychain`.
pub(crate) const VARIABLE: &str = "VESTIBULE_KEYCHAIN_HELPER";

/// Returns the hint for an error whose cause is that the keychain's program does not exist.
pub(crate) fn keychain_hint(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    let program = causes.find_map(|cause| {
        // The error of a store shares its source.
        let shared = cause.downcast_ref::<Arc<dyn std::error::Error + Send + Sync>>();
        match cause.downcast_ref().or_else(|| shared?.downcast_ref()) {
            Some(KeychainError::NotInstalled { program }) => Some(program),
            _ => None,
        }
    })?;
    Some(if program.starts_with("vestibule-keychain") {
        format!(
            "put vestibule-keychain beside vestibule or into PATH, set {VARIABLE}, or use \
             --token-store files"
        )
    } else {
        format!("correct {VARIABLE}, or use --token-store files")
    })
}

#[cfg(test)]
mod tests {
    use vestibule::{StoreError, StoreErrorKind};

    use super::*;

    #[test]
    fn hint_for_a_missing_program_says_how_to_get_it() {
        let hint = |program: &str| {
            let cause = KeychainError::NotInstalled { program: program.to_owned() };
            let error = StoreError::new(StoreErrorKind::Failed, "could not write", "x", cause);
            keychain_hint(&error).unwrap()
        };
        let expected = "put vestibule-keychain beside vestibule or into PATH, set \
                        VESTIBULE_KEYCHAIN_HELPER, or use --token-store files";
        assert_eq!(hint("vestibule-keychain"), expected);
        assert!(hint("/opt/helper").starts_with("correct VESTIBULE_KEYCHAIN_HELPER, "));
    }
}
