//! Suite `assume-role`: the chain of base credentials and assumed roles of a profile.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use vestibule_profile::{Base, Files, Overrides, Plan, plan};
use vestibule_types::Vars;

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    input: Input,
    output: Output,
}

#[derive(Deserialize)]
struct Input {
    profiles: Sections,
    #[serde(default)]
    sso_sessions: Sections,
    selected_profile: String,
}

type Sections = BTreeMap<String, BTreeMap<String, String>>;

#[derive(Deserialize)]
enum Output {
    ProfileChain(Value),
    Error(String),
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Given { input, output } = case.parse()?;
    let files = Files::from_texts(&input.config_text()?, "");
    let overrides = Overrides::default().with_profile(&input.selected_profile, "profile");
    let plan = plan(&files, &Vars::default(), &overrides);
    visible.debug(&plan);
    let found = match plan {
        Ok(Plan { base: Base::NotConfigured(reason), .. }) => Err(reason.to_string()),
        Ok(plan) => {
            visible.debug(&format_args!("{plan}"));
            Ok(profile_chain(&plan))
        }
        Err(error) => {
            visible.error(&error);
            Err(error.to_string())
        }
    };
    match (output, found) {
        (Output::ProfileChain(expected), Ok(found)) => compare::json(&expected, &found),
        (Output::Error(part), Err(error)) if error.contains(&part) => Ok(()),
        (Output::Error(part), Err(error)) => Err(Mismatch::new(compare::diff(&part, &error))),
        (Output::Error(part), Ok(found)) => {
            Err(Mismatch::new(compare::diff(&part, &format!("{found:#}"))))
        }
        (Output::ProfileChain(expected), Err(error)) => {
            Err(Mismatch::new(compare::diff(&format!("{expected:#}"), &error)))
        }
    }
}

impl Input {
    /// Returns the sections as a config file.
    fn config_text(&self) -> Checked<String> {
        let mut text = String::new();
        for (kind, sections) in [("profile", &self.profiles), ("sso-session", &self.sso_sessions)] {
            for (name, keys) in sections {
                writeln!(text, "[{kind} {name}]")?;
                for (key, value) in keys {
                    writeln!(text, "{key} = {value}")?;
                }
            }
        }
        Ok(text)
    }
}

/// Returns a plan in the JSON shape of the suite.
fn profile_chain(plan: &Plan) -> Value {
    let roles = plan.roles.iter().map(|role| {
        let role = present_members([
            ("role_arn", Some(role.arn.value.to_string())),
            ("external_id", role.external_id.as_ref().map(|id| id.value.clone())),
            ("role_session_name", role.session_name.as_ref().map(|name| name.value.to_string())),
        ]);
        json!({ "AssumeRole": role })
    });
    std::iter::once(base_json(&plan.base)).chain(roles).collect()
}

fn base_json(base: &Base) -> Value {
    match base {
        Base::Keys(keys) => {
            let secret = &keys.secret_access_key.value;
            let token = keys.session_token.as_ref().map(|token| &token.value);
            json!({ "AccessKey": present_members([
                ("access_key_id", Some(keys.access_key_id.value.clone())),
                ("secret_access_key", Some(secret.expose().to_owned())),
                ("session_token", token.map(|token| token.expose().to_owned())),
                ("account_id", keys.account_id.as_ref().map(|id| id.value.to_string())),
            ]) })
        }
        Base::Sso(_) | Base::SsoToken(_) => {
            let session = base.session();
            let role = if let Base::Sso(role) = base { Some(role) } else { None };
            let name = session.and_then(|session| session.name.as_ref());
            json!({ "Sso": present_members([
                ("sso_session", name.map(|name| name.value.to_string())),
                ("sso_region", session.map(|session| session.region.value.to_string())),
                ("sso_start_url", session.map(|session| session.start_url.value.to_string())),
                ("sso_account_id", role.map(|role| role.account_id.value.to_string())),
                ("sso_role_name", role.map(|role| role.role_name.value.to_string())),
            ]) })
        }
        Base::WebIdentity(identity) => {
            let name = identity.session_name.as_ref().map(|name| name.value.to_string());
            json!({ "WebIdentityToken": present_members([
                ("role_arn", Some(identity.role_arn.value.to_string())),
                ("web_identity_token_file", Some(identity.token_file.value.display().to_string())),
                ("role_session_name", name),
            ]) })
        }
        Base::Process(process) => json!({ "CredentialProcess": present_members([
            ("command", Some(process.command.value.line().expose().to_owned())),
            ("account_id", process.account_id.as_ref().map(|id| id.value.to_string())),
        ]) }),
        Base::Login(session) => {
            json!({ "LoginSession": { "login_session_arn": session.arn.value } })
        }
        Base::Named(source) => json!({ "NamedSource": source.value.to_string() }),
        other => json!(format!("{other:?}")),
    }
}

/// Returns an object of the pairs that have a value.
fn present_members<const N: usize>(pairs: [(&str, Option<String>); N]) -> Map<String, Value> {
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))).collect()
}
