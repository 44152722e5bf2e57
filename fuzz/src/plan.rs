use vestibule_profile::{ErrorKind, Files, Overrides, sign_in_session};
use vestibule_types::Vars;

use crate::SECRET;

/// Every profile of two files can be planned, or an error of one line says why not; what is secret
/// stays secret. A profile that is listed is found, and any other is not.
///
/// The parts of an input end with a line of `---`: the config file, the credentials file, and
/// variables, one `NAME=value` a line.
pub fn plan(bytes: &[u8]) {
    let text = with_secrets(&String::from_utf8_lossy(bytes));
    let mut parts = text.split("---\n");
    let mut part = || parts.next().unwrap_or_default();
    let files = Files::from_texts(part(), part());
    let vars: Vars = part().lines().filter_map(|line| line.split_once('=')).collect();
    for name in files.profile_names() {
        let ask = Overrides::default().with_profile(name.clone(), "--profile");
        let found = vestibule_profile::plan(&files, &vars, &ask);
        match &found {
            Ok(plan) => keeps_secrets(&format!("{plan} {plan:?}"), &name),
            Err(error) => {
                let shown = error.to_string();
                assert!(!shown.contains('\n'), "an error of several lines: {shown}");
                keeps_secrets(&format!("{shown} {error:?}"), &name);
            }
        }
        let missing = found.is_err_and(|error| match error.kind() {
            ErrorKind::Undefined(undefined) => undefined.name().origin.to_string() == "--profile",
            _ => false,
        });
        assert!(!missing, "{name:?} is listed and not found");
        let _ = sign_in_session(&files, &vars, &ask);
    }
    if !files.profile_names().any(|name| name == "no such profile") {
        let ask = Overrides::default().with_profile("no such profile", "--profile");
        assert!(vestibule_profile::plan(&files, &vars, &ask).is_err(), "found, and not listed");
    }
    let _ = vestibule_profile::plan(&files, &vars, &Overrides::default());
}

/// The text with secrets where secrets belong, and nowhere else.
fn with_secrets(text: &str) -> String {
    let text = text.replace(SECRET, "hush");
    ["\naws_secret_access_key = ", "\naws_session_token = "]
        .iter()
        .fold(text, |text, key| text.replace(key, &format!("{key}{SECRET}")))
}

fn keeps_secrets(shown: &str, name: &str) {
    assert!(!shown.contains(SECRET), "a secret of {name:?} shows: {shown}");
}
