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
/// botocore and Go ask for the web identity before the profile.
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

/// How credentials of this plan are kept: what a service issues is renewed early, and used on
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
