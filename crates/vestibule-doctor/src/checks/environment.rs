use vestibule::Origin;

use crate::{Case, Cause, Finding, Remedy};

const KEYS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
];

/// Keys in the environment: they come before every profile that an argument does not name.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    let set = |name: &&str| case.world.vars.get(name).is_some();
    let keys: Vec<String> = KEYS.iter().filter(|name| set(name)).map(ToString::to_string).collect();
    let profile = case.configuration.profile();
    let is_asked = matches!(profile.origin, Origin::Argument(_));
    let exists = case.configuration.files().profile(&profile.value).is_some();
    let are_keys =
        set(&"AWS_ACCESS_KEY_ID") && (set(&"AWS_SECRET_ACCESS_KEY") || set(&"SECRET_ACCESS_KEY"));
    if !are_keys || !exists {
        return Vec::new();
    }
    let (name, origin) = (&profile.value, &profile.origin);
    vec![if is_asked {
        Finding::note(format!("profile `{name}` ({origin}) comes before AWS_ACCESS_KEY_ID"))
    } else {
        let text = format!("AWS_ACCESS_KEY_ID comes before profile `{name}` ({origin})");
        Finding::problem(Cause::Configuration, text).with_remedy(Remedy::Unset(keys))
    }]
}
