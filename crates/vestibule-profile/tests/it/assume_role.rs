//! Suite `assume-role`: from profiles to a base and roles.

use serde_json::{Value, json};
use vestibule_profile::{Base, ConfiguredSession, Files, Overrides, Plan, Role, Sourced, plan};
use vestibule_types::Vars;

use crate::suites;

#[test]
fn shared_suite() {
    const PATH: &str = "assume-role/assume-role-tests.json";
    let Some(suite) = suites::json(PATH) else { return };
    let failures: Vec<_> = suites::array(&suite).filter_map(failure).collect();
    suites::conclude(PATH, suites::array(&suite).count(), &failures);
}

fn failure(case: &Value) -> Option<String> {
    let input = &case["input"];
    let config = suites::ini("profile", &input["profiles"])
        + &suites::ini("sso-session", &input["sso_sessions"]);
    let files = Files::from_texts(&config, "");
    let profile = input["selected_profile"].as_str().unwrap_or("default");
    let ask = Overrides::default().with_profile(profile, "--profile");
    let found = match plan(&files, &Vars::default(), &ask) {
        Ok(Plan { base: Base::Nothing(reason), .. }) => Err(reason.to_string()),
        Ok(plan) => Ok(chain(&plan)),
        Err(error) => Err(error.to_string()),
    };
    let output = &case["output"];
    let right = match &found {
        Ok(chain) => output.get("ProfileChain") == Some(chain),
        Err(text) => output["Error"].as_str().is_some_and(|expected| text.contains(expected)),
    };
    (!right).then(|| format!("{}: {found:?} instead of {output}", case["docs"]))
}

/// A plan as the suite writes it.
fn chain(plan: &Plan) -> Value {
    let base = match &plan.base {
        Base::Keys(keys) => json!({"AccessKey": {
            "access_key_id": keys.access_key_id.value,
            "secret_access_key": keys.secret_access_key.value.expose(),
            "session_token": keys.session_token.as_ref().map(|token| token.value.expose()),
            "account_id": text(keys.account_id.as_ref()),
        }}),
        Base::Sso(role) => sso(
            &role.session,
            Some(role.account_id.value.as_str()),
            Some(role.role_name.value.as_str()),
        ),
        Base::SsoToken(session) => sso(session, None, None),
        Base::WebIdentity(identity) => json!({"WebIdentityToken": {
            "role_arn": identity.role_arn.value.as_str(),
            "web_identity_token_file": identity.token_file.value,
            "role_session_name": text(identity.session_name.as_ref()),
        }}),
        Base::Process(process) => json!({"CredentialProcess": {
            "command": process.command.value.line().expose(),
            "account_id": text(process.account_id.as_ref()),
        }}),
        Base::SignIn(session) => {
            json!({"LoginSession": {"login_session_arn": session.arn.value}})
        }
        Base::Named(source) => json!({"NamedSource": source.value.to_string()}),
        other => json!(format!("{other:?}")),
    };
    let roles = plan.roles.iter().map(|Role { arn, session_name, external_id, .. }| {
        json!({"AssumeRole": {
            "role_arn": arn.value.as_str(),
            "role_session_name": text(session_name.as_ref()),
            "external_id": text(external_id.as_ref()),
        }})
    });
    std::iter::once(base).chain(roles).map(without_nulls).collect()
}

fn sso(session: &ConfiguredSession, account_id: Option<&str>, role_name: Option<&str>) -> Value {
    json!({"Sso": {
        "sso_session": text(session.name.as_ref()),
        "sso_region": session.region.value.as_str(),
        "sso_start_url": session.start_url.value.as_str(),
        "sso_account_id": account_id,
        "sso_role_name": role_name,
    }})
}

fn text<T: ToString>(sourced: Option<&Sourced<T>>) -> Option<String> {
    sourced.map(|sourced| sourced.value.to_string())
}

/// The suite leaves out what is unset.
fn without_nulls(mut provider: Value) -> Value {
    for fields in provider.as_object_mut().into_iter().flat_map(|kind| kind.values_mut()) {
        fields
            .as_object_mut()
            .into_iter()
            .for_each(|fields| fields.retain(|_, text| !text.is_null()));
    }
    provider
}
