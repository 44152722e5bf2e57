use vestibule::{Origin, Timestamp, Vars};

use crate::{Cause, Context, Finding, Remedy};

const KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEYS: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"];
const SESSION_TOKENS: [&str; 2] = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// Reports access keys in the environment that expired, lack their session token, or take precedence
/// over a profile that no argument names.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let vars = &context.world.vars;
    let (Some(key_id), Some(_)) = (vars.get(KEY_ID), vars.first(&SECRET_KEYS)) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let expires: Option<Timestamp> = vars.get(EXPIRATION).and_then(|time| time.parse().ok());
    if let Some(expired_at) = expires.filter(|time| *time <= context.world.clock.now()) {
        let expired_at = (context.time)(expired_at);
        let text = format!("the credentials in {KEY_ID} expired at {expired_at} ({EXPIRATION})");
        findings.push(Finding::problem(Cause::Configuration, text).with_remedy(unset(context)));
    }
    if key_id.starts_with("ASIA") && vars.first(&SESSION_TOKENS).is_none() {
        let text = format!("{KEY_ID} is a temporary key, but AWS_SESSION_TOKEN is not set");
        findings.push(Finding::note(text));
    }
    findings.extend(check_precedence(context));
    findings
}

fn check_precedence(context: &Context<'_>) -> Option<Finding> {
    let profile = context.configuration.profile();
    context.configuration.files().profile(&profile.value)?;
    let (name, origin) = (&profile.value, &profile.origin);
    Some(if matches!(origin, Origin::Argument(_)) {
        Finding::note(format!("profile `{name}` ({origin}) takes precedence over {KEY_ID}"))
    } else {
        let text = format!("{KEY_ID} takes precedence over profile `{name}` ({origin})");
        Finding::problem(Cause::Configuration, text).with_remedy(unset(context))
    })
}

fn unset(context: &Context<'_>) -> Remedy {
    let names = key_variables(&context.world.vars);
    Remedy::Unset(names.into_iter().map(str::to_owned).collect())
}

/// Returns the variables with access keys that are set, including those of their session token and
/// expiration.
pub fn key_variables(vars: &Vars) -> Vec<&'static str> {
    let names = [&[KEY_ID][..], &SECRET_KEYS, &SESSION_TOKENS, &[EXPIRATION]].concat();
    names.into_iter().filter(|name| vars.get(name).is_some()).collect()
}
