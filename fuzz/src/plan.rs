use vestibule_profile::{ErrorKind, Files, Overrides, sign_in_session};
use vestibule_types::Vars;

use crate::SECRET;

/// Checks that each profile has a plan or a one-line error, that neither shows a secret, and that
/// exactly the listed profiles are found.
///
/// An input has three parts, separated by lines of `---`: the config file, the credentials file, and
/// environment variables as lines of `NAME=value`.
pub fn plan(bytes: &[u8]) {
    let text = with_secrets(&String::from_utf8_lossy(bytes));
    let mut parts = text.split("---\n");
    let mut part = || parts.next().unwrap_or_default();
    let files = Files::from_texts(part(), part());
    let vars: Vars = part().lines().filter_map(|line| line.split_once('=')).collect();
    for name in files.profile_names() {
        let overrides = Overrides::default().with_profile(name.clone(), "--profile");
        let found = vestibule_profile::plan(&files, &vars, &overrides);
        match &found {
            Ok(plan) => assert_no_secret(&format!("{plan} {plan:?}"), &name),
            Err(error) => {
                let shown = error.to_string();
                assert!(!shown.contains('\n'), "an error of several lines: {shown}");
                assert_no_secret(&format!("{shown} {error:?}"), &name);
            }
        }
        let missing = found.is_err_and(|error| match error.kind() {
            ErrorKind::Undefined(undefined) => undefined.name().origin.to_string() == "--profile",
            _ => false,
        });
        assert!(!missing, "{name:?} is listed but not found");
        let _ = sign_in_session(&files, &vars, &overrides);
    }
    if !files.profile_names().any(|name| name == "no such profile") {
        let overrides = Overrides::default().with_profile("no such profile", "--profile");
        assert!(
            vestibule_profile::plan(&files, &vars, &overrides).is_err(),
            "a profile is found that is not listed"
        );
    }
    let _ = vestibule_profile::plan(&files, &vars, &Overrides::default());
}

/// Returns the text with the secret in the values of secret keys only.
fn with_secrets(text: &str) -> String {
    let text = text.replace(SECRET, "hush");
    ["\naws_secret_access_key = ", "\naws_session_token = "]
        .iter()
        .fold(text, |text, key| text.replace(key, &format!("{key}{SECRET}")))
}

fn assert_no_secret(shown: &str, name: &str) {
    assert!(!shown.contains(SECRET), "a secret of {name:?} is visible: {shown}");
}
