use vestibule_profile::{Origin, Plan};
use vestibule_provider::{Chain, Error};

use crate::{Container, Context, Environment, InstanceMetadata, Sts, WebIdentity, build};

/// Returns the default provider chain of the SDK for Rust:
///
/// 1. access keys in the environment, unless the caller named a profile (the AWS CLI's rule);
/// 2. the profile, of any kind;
/// 3. a web identity in the environment;
/// 4. the endpoint that a container's environment names;
/// 5. instance metadata, the only source that has to be detected: at most a second where it is
///    missing.
///
/// Where the SDKs disagree, this crate follows those in the second column; the last column names
/// the test: a case of the suite `default-credential-provider-chain`, another suite, or a test of
/// this file.
///
/// | question | here, as in | elsewhere | tested by |
/// |---|---|---|---|
/// | keys in the environment, profile in a variable | the keys: Rust, botocore, Go | the profile: JavaScript | `environment_keys_take_precedence_over_profile_variable` |
/// | keys in the environment, profile named by the caller | the profile: AWS CLI, botocore, JavaScript, Go | the keys: Rust | `profile_of_caller_takes_precedence_over_environment_keys` |
/// | profile and web identity in the environment | the profile: Rust, JavaScript | the token: botocore, Go | `profile_takes_precedence_over_web_identity` |
/// | a profile with several kinds | the order of Rust | differs in each | suite `assume-role` |
/// | relative and full URI of a container | the relative one: Rust, botocore, JavaScript | the full one: Go | suite `ecs` |
/// | a configured source that fails | an error: Rust, botocore | the next source: JavaScript | `sso_no_token_file` |
///
/// # Errors
/// A setting that is not valid.
pub fn default_chain(plan: &Plan, context: &Context) -> Result<Chain, Error> {
    let named_by_caller = matches!(plan.profile.origin, Origin::Argument(_));
    let environment = Chain::default();
    let environment = if named_by_caller { environment } else { environment.then(Environment) };
    Ok(environment
        .then(build(plan, context)?)
        .then(WebIdentity::from_environment(Sts::new(&plan.settings)))
        .then(Container::new(context.resolver.clone()))
        .then(InstanceMetadata::new(plan.settings.metadata.clone())))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vestibule_profile::{Files, Overrides, plan};
    use vestibule_provider::{Lookup, Provider as _};
    use vestibule_sso::Sessions;
    use vestibule_types::Vars;
    use vestibule_world::{World, block_on, memory};

    use super::*;

    const KEYS: [(&str, &str); 2] =
        [("AWS_ACCESS_KEY_ID", "OF-VARIABLE"), ("AWS_SECRET_ACCESS_KEY", "hidden")];

    /// Checks which keys the chain gives; the profile `dev` has some too.
    #[track_caller]
    fn check(vars: &[(&str, &str)], named: Option<&str>, expected: &str) {
        let text = "[profile dev]\naws_access_key_id = OF-PROFILE\naws_secret_access_key = x\n";
        let files = Files::from_texts(text, "");
        let vars: Vars = vars.iter().copied().collect();
        let overrides = named.map_or_else(Overrides::default, |name| {
            Overrides::default().with_profile(name, "--profile")
        });
        let plan = plan(&files, &vars, &overrides).unwrap();
        let world = World { vars, ..memory::world() };
        let context = Context::new(Arc::new(Sessions::in_memory()));
        let chain = default_chain(&plan, &context).unwrap();
        let Ok(Lookup::Credentials(keys)) = block_on(chain.provide(&world)) else { panic!() };
        assert_eq!(keys.access_key_id(), expected);
    }

    #[test]
    fn environment_keys_take_precedence_over_profile_variable() {
        check(&[KEYS[0], KEYS[1], ("AWS_PROFILE", "dev")], None, "OF-VARIABLE");
    }

    #[test]
    fn profile_of_caller_takes_precedence_over_environment_keys() {
        check(&KEYS, Some("dev"), "OF-PROFILE");
    }

    #[test]
    fn profile_takes_precedence_over_web_identity() {
        let role = ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/ops");
        let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
        check(&[role, token, ("AWS_PROFILE", "dev")], None, "OF-PROFILE");
    }
}
