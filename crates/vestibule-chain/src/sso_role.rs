use std::sync::Arc;
use std::time::Duration;

use vestibule_cache::{Folder, key};
use vestibule_portal::GetRoleCredentials;
use vestibule_provider::{Answer, ProvideError, ProvideErrorKind, Provider};
use vestibule_sso::{Instance, Sessions, Token};
use vestibule_types::{AccountId, Credentials, RoleName};
use vestibule_world::{BoxFuture, CallError, World};

use crate::portal_clock::PortalClock;
use crate::role_cache::{Issued, Issuer, RoleCache};

const NAME: &str = "sso";

/// The keys of a role, bought with the token of a sign-in.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct SsoRole {
    sessions: Arc<Sessions>,
    instance: Instance,
    account_id: AccountId,
    role_name: RoleName,
    cache: RoleCache,
}

type PortalError = CallError<vestibule_portal::Error>;

impl SsoRole {
    /// A role in an account, by the sign-in that leads there.
    pub fn new(
        sessions: Arc<Sessions>,
        instance: Instance,
        account_id: AccountId,
        role_name: RoleName,
    ) -> Self {
        let cache = RoleCache::of(Issuer::Portal);
        Self { sessions, instance, account_id, role_name, cache }
    }

    /// Shares the keys with other programs through this folder, in the files of the AWS CLI.
    #[must_use]
    pub fn with_cache(mut self, folder: impl Into<Option<Folder>>) -> Self {
        self.cache.folder = folder.into();
        self
    }

    /// Takes shared keys only if they last longer than this; at least the AWS CLI's 15 minutes.
    #[must_use]
    pub fn with_min_remaining(mut self, span: Duration) -> Self {
        self.cache.min_remaining = span;
        self
    }

    async fn issued(&self, world: &World) -> Result<Answer<Issued>, ProvideError> {
        let clock = PortalClock::default();
        let issued = self.ask(world, &clock).await?;
        let ends = issued.expires();
        Ok(Answer::Credentials(Issued { keys: clock.by_ours(issued), ends }))
    }

    async fn ask(&self, world: &World, clock: &PortalClock) -> Result<Credentials, ProvideError> {
        let token = self.sessions.live_token(world, &self.instance).await.map_err(sso_error)?;
        match self.exchange(world, clock, &token).await {
            Err(CallError::Answer(vestibule_portal::Error::Unauthorized(_))) => {}
            answer => return answer.map_err(portal_error),
        }
        // A token that looks live and is not: another one, once.
        let rejected = &token.access_token;
        let other = self.sessions.token_after(world, &self.instance, rejected).await;
        let other = other.map_err(sso_error)?;
        match self.exchange(world, clock, &other).await {
            Err(CallError::Answer(vestibule_portal::Error::Unauthorized(refusal))) => {
                let rejected = &other.access_token;
                match self.sessions.token_after(world, &self.instance, rejected).await {
                    Err(error) => Err(sso_error(error)),
                    // Somebody signed in this very moment; the next call will see.
                    Ok(_) => Err(ProvideError::new(NAME, ProvideErrorKind::Transient, refusal)),
                }
            }
            answer => answer.map_err(portal_error),
        }
    }

    async fn exchange(
        &self,
        world: &World,
        clock: &PortalClock,
        token: &Token,
    ) -> Result<Credentials, PortalError> {
        let ask = GetRoleCredentials {
            account_id: &self.account_id,
            role_name: &self.role_name,
            token: &token.access_token,
        };
        world.call(&self.instance.portal, clock, &ask).await
    }
}

impl Provider for SsoRole {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Answer, ProvideError>> {
        let file = key::role_credentials(&self.instance.session, &self.account_id, &self.role_name);
        let answer = self.cache.or_ask(world, file, Box::pin(self.issued(world)));
        Box::pin(async move {
            Ok(match answer.await? {
                // A file need not name the account.
                Answer::Credentials(keys) => {
                    Answer::Credentials(keys.with_account_id(self.account_id.clone()))
                }
                absent @ Answer::NotConfigured(_) => absent,
            })
        })
    }
}

fn sso_error(error: vestibule_sso::Error) -> ProvideError {
    let kind = match &error {
        vestibule_sso::Error::SignInNeeded { .. } => ProvideErrorKind::SignInNeeded,
        vestibule_sso::Error::CannotRefresh { .. } => ProvideErrorKind::Transient,
        _ => ProvideErrorKind::Refused,
    };
    ProvideError::new(NAME, kind, error)
}

fn portal_error(error: PortalError) -> ProvideError {
    let passing = match &error {
        CallError::Transport(error) => error.kind.is_transient(),
        CallError::Answer(error) => error.is_transient(),
        CallError::Unsendable(_) => false,
    };
    let kind = if passing { ProvideErrorKind::Transient } else { ProvideErrorKind::Refused };
    ProvideError::new(NAME, kind, error)
}
