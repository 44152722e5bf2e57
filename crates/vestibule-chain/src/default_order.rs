use vestibule_profile::{Origin, Plan};
use vestibule_provider::{Chain, Error};

use crate::{Container, Context, Environment, InstanceMetadata, Sts, WebIdentity, build};

/// Returns the default provider chain:
///
/// 1. access keys in the environment;
/// 2. a web identity in the environment;
/// 3. the profile, of any kind;
/// 4. the endpoint that a container's environment names;
/// 5. instance metadata, the only source that has to be detected: at most a second where it is
///    missing.
///
/// As in the AWS CLI, a profile that the caller named takes the first two out of the chain, and a
/// profile that assumes a role with other credentials comes before the second.
///
/// Where the SDKs disagree, this crate follows those in the second column; the last column names
/// the test: a case of the suite `default-credential-provider-chain`, another suite, or a test of
/// this file.
///
/// | question | here, as in | elsewhere | tested by |
/// |---|---|---|---|
/// | keys in the environment, profile in a variable | the keys: Rust, botocore, Go | the profile: JavaScript | `environment_keys_take_precedence_over_profile_variable` |
/// | keys in the environment, profile named by the caller | the profile: AWS CLI, botocore, JavaScript, Go | the keys: Rust | `profile_of_caller_takes_precedence_over_environment_keys` |
/// | profile and web identity in the environment | the token: botocore, AWS CLI, Go | the profile: Rust, JavaScript | `web_identity_takes_precedence_over_profile` |
/// | the same, and the profile has `role_arn` | the profile: botocore, AWS CLI, Rust, JavaScript | the token: Go | suite, `profile_overrides_web_identity` |
/// | profile named by the caller and web identity in the environment | the profile alone: botocore, AWS CLI | the profile, then the token: Rust, JavaScript | `profile_of_caller_takes_web_identity_out_of_the_chain` |
/// | a profile with several kinds | the order of Rust | differs in each | suite `assume-role` |
/// | relative and full URI of a container | the relative one: Rust, botocore, JavaScript | the full one: Go | suite `ecs` |
/// | a configured source that fails | an error: Rust, botocore | the next source: JavaScript | `sso_no_token_file` |
///
/// # Errors
/// A setting that is not valid.
pub fn default_chain(plan: &Plan, context: &Context) -> Result<Chain, Error> {
    let profile = build(plan, context)?;
    let identity = || WebIdentity::from_environment(Sts::new(&plan.settings));
    let chain = Chain::default();
    let chain = match ProfilePosition::of_plan(plan) {
        ProfilePosition::First => chain.then(profile),
        ProfilePosition::AfterKeys => chain.then(Environment).then(profile).then(identity()),
        ProfilePosition::AfterWebIdentity => chain.then(Environment).then(identity()).then(profile),
    };
    Ok(chain
        .then(Container::new(context.resolver.clone()))
        .then(InstanceMetadata::new(plan.settings.metadata.clone())))
}

/// The position of the profile among the sources of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfilePosition {
    /// The caller named it: keys and web identity of the environment are not in the chain.
    First,
    /// It assumes a role with other credentials.
    AfterKeys,
    AfterWebIdentity,
}

impl ProfilePosition {
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        if matches!(plan.profile.origin, Origin::Argument(_)) {
            Self::First
        } else if plan.roles.is_empty() {
            Self::AfterWebIdentity
        } else {
            Self::AfterKeys
        }
    }
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

    const IDENTITY: [(&str, &str); 2] = [
        ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/ops"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
    ];

    /// Returns what the chain gives; the profile `dev` has keys too, and `empty` has none.
    fn provide(vars: &[(&str, &str)], named: Option<&str>) -> Result<Lookup, Error> {
        let text = "[profile dev]\naws_access_key_id = OF-PROFILE\naws_secret_access_key = x\n\
                    [profile empty]\n";
        let files = Files::from_texts(text, "");
        let vars: Vars = vars.iter().copied().collect();
        let overrides = named.map_or_else(Overrides::default, |name| {
            Overrides::default().with_profile(name, "--profile")
        });
        let plan = plan(&files, &vars, &overrides).unwrap();
        let world = World { vars, ..memory::world() };
        let context = Context::new(Arc::new(Sessions::in_memory()));
        let chain = default_chain(&plan, &context).unwrap();
        block_on(chain.provide(&world))
    }

    /// Checks which keys the chain gives.
    #[track_caller]
    fn check(vars: &[(&str, &str)], named: Option<&str>, expected: &str) {
        let Ok(Lookup::Credentials(keys)) = provide(vars, named) else { panic!() };
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

    /// The chain must reach the token file, which does not exist.
    #[test]
    fn web_identity_takes_precedence_over_profile() {
        let error = match provide(&[&IDENTITY[..], &[("AWS_PROFILE", "dev")]].concat(), None) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        assert!(error.contains("/token"), "{error}");
    }

    #[test]
    fn profile_of_caller_takes_web_identity_out_of_the_chain() {
        check(&IDENTITY, Some("dev"), "OF-PROFILE");
        let disabled = ("AWS_EC2_METADATA_DISABLED", "true");
        let empty = provide(&[&IDENTITY[..], &[disabled]].concat(), Some("empty"));
        let Ok(Lookup::NotConfigured(skipped)) = empty else { panic!() };
        assert!(!skipped.to_string().contains("web-identity"), "{skipped}");
    }
}
