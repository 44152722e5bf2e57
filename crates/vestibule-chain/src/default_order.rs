use vestibule_profile::{Base, Origin, Plan};
use vestibule_provider::refresh::Policy;
use vestibule_provider::{Answer, Chain, ProvideError, Provider};
use vestibule_world::{BoxFuture, World};

use crate::web_identity::{self, from_environment};
use crate::{Container, Context, Environment, InstanceMetadata, Sts, build};

/// The default order, which is that of the SDK for Rust:
///
/// 1. keys in the environment, unless the caller named a profile (the AWS CLI's rule);
/// 2. the profile, whatever kind it is of;
/// 3. a web identity in the environment;
/// 4. the endpoint that a container's environment names;
/// 5. instance metadata, which is the only source that has to be looked for: where there is none,
///    that takes a second at most.
///
/// Where the SDKs disagree, and what pins whom we follow: a case of the suite
/// `default-credential-provider-chain`, another suite, or a test of this file.
///
/// | question | here, as in | elsewhere | pinned by |
/// |---|---|---|---|
/// | keys in the environment, profile in a variable | the keys: Rust, botocore, Go | the profile: JavaScript | `a_variable_names_a_profile_in_vain` |
/// | keys in the environment, profile named by the caller | the profile: AWS CLI, botocore, JavaScript, Go | the keys: Rust | `a_caller_names_a_profile_above_all` |
/// | profile and web identity in the environment | the profile: Rust, JavaScript | the token: botocore, Go | `a_profile_comes_before_a_web_identity` |
/// | a profile with several kinds | the order of Rust | each its own | suite `assume-role` |
/// | relative and full URI of a container | the relative one: Rust, botocore, JavaScript | the full one: Go | suite `ecs` |
/// | a source that is chosen and fails | the end: Rust, botocore | the next: JavaScript | `sso_no_token_file` |
///
/// # Errors
/// Something configured that cannot work.
pub fn default_chain(plan: &Plan, context: &Context) -> Result<Chain, ProvideError> {
    let named_by_caller = matches!(plan.profile.origin, Origin::Argument(_));
    let environment = Chain::default();
    let environment = if named_by_caller { environment } else { environment.then(Environment) };
    Ok(environment
        .then(build(plan, context)?)
        .then(EnvironmentWebIdentity { sts: Sts::new(&plan.settings) })
        .then(Container::new(context.resolver.clone()))
        .then(InstanceMetadata::new(plan.settings.metadata.clone())))
}

/// How credentials of this plan are kept: what a service issues is refreshed early, and used on
/// when the service fails; what a program or a file gives is taken as it comes, and what a person
/// gave a code for is used to its end, so that nobody is asked sooner than they have to be.
pub fn refresh_policy(plan: &Plan) -> Policy {
    match plan.base {
        _ if plan.roles.iter().any(|role| role.mfa_serial.is_some()) => Policy::Strict,
        Base::Keys(_) | Base::Process(_) if plan.roles.is_empty() => Policy::Strict,
        _ => Policy::STABLE,
    }
}

/// The web identity that the environment may hold when it is asked for.
#[derive(Debug)]
struct EnvironmentWebIdentity {
    sts: Sts,
}

impl Provider for EnvironmentWebIdentity {
    fn name(&self) -> &'static str {
        web_identity::NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        Box::pin(async move {
            match from_environment(world, &self.sts)? {
                Ok(identity) => identity.provide(world).await,
                Err(reason) => Ok(Answer::NotConfigured(reason)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vestibule_profile::{Files, Overrides, plan};
    use vestibule_sso::Sessions;
    use vestibule_types::Vars;
    use vestibule_world::{block_on, memory};

    use super::*;

    const KEYS: [(&str, &str); 2] =
        [("AWS_ACCESS_KEY_ID", "OF-VARIABLE"), ("AWS_SECRET_ACCESS_KEY", "hidden")];

    /// Whose keys the chain gives, where the profile `dev` has some of its own.
    #[track_caller]
    fn check(vars: &[(&str, &str)], named: Option<&str>, expected: &str) {
        let text = "[profile dev]\naws_access_key_id = OF-PROFILE\naws_secret_access_key = x\n";
        let files = Files::from_texts(text, "");
        let vars: Vars = vars.iter().copied().collect();
        let ask = named.map_or_else(Overrides::default, |name| {
            Overrides::default().with_profile(name, "--profile")
        });
        let plan = plan(&files, &vars, &ask).unwrap();
        let world = World { vars, ..memory::world() };
        let context = Context::new(Arc::new(Sessions::in_memory()));
        let chain = default_chain(&plan, &context).unwrap();
        let Ok(Answer::Credentials(keys)) = block_on(chain.provide(&world)) else { panic!() };
        assert_eq!(keys.access_key_id(), expected);
    }

    #[test]
    fn a_variable_names_a_profile_in_vain() {
        check(&[KEYS[0], KEYS[1], ("AWS_PROFILE", "dev")], None, "OF-VARIABLE");
    }

    #[test]
    fn a_caller_names_a_profile_above_all() {
        check(&KEYS, Some("dev"), "OF-PROFILE");
    }

    #[test]
    fn a_profile_comes_before_a_web_identity() {
        let role = ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/ops");
        let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
        check(&[role, token, ("AWS_PROFILE", "dev")], None, "OF-PROFILE");
    }
}
