use vestibule::Origin;

use crate::{Cause, Context, Finding, Remedy};

const KEYS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
];

/// Reports access keys in the environment, which take precedence over a profile that no argument names.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let is_set = |name: &&str| context.world.vars.get(name).is_some();
    let keys: Vec<String> =
        KEYS.iter().filter(|name| is_set(name)).map(ToString::to_string).collect();
    let profile = context.configuration.profile();
    let is_argument = matches!(profile.origin, Origin::Argument(_));
    let exists = context.configuration.files().profile(&profile.value).is_some();
    let has_keys = is_set(&"AWS_ACCESS_KEY_ID")
        && (is_set(&"AWS_SECRET_ACCESS_KEY") || is_set(&"SECRET_ACCESS_KEY"));
    if !has_keys || !exists {
        return Vec::new();
    }
    let (name, origin) = (&profile.value, &profile.origin);
    vec![if is_argument {
        Finding::note(format!(
            "profile `{name}` ({origin}) takes precedence over AWS_ACCESS_KEY_ID"
        ))
    } else {
        let text = format!("AWS_ACCESS_KEY_ID takes precedence over profile `{name}` ({origin})");
        Finding::problem(Cause::Configuration, text).with_remedy(Remedy::Unset(keys))
    }]
}
