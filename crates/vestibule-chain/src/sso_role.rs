use std::sync::Arc;

use vestibule_portal::GetRoleCredentials;
use vestibule_provider::{ChosenBy, Error, ErrorKind, Lookup, Provider, RefreshPolicy};
use vestibule_sso::{Instance, Sessions, Token};
use vestibule_types::{AccountId, Credentials, RoleName};
use vestibule_world::{BoxFuture, CallError, World};

use crate::portal_clock::PortalClock;

#[cfg(feature = "cli-cache")]
mod shared;

const NAME: &str = "sso";

/// The credentials of a role, requested from the access portal with an SSO access token.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html> (read 2026-11)
#[derive(Clone, Debug)]
pub struct SsoRole {
    sessions: Arc<Sessions>,
    instance: Instance,
    account_id: AccountId,
    role_name: RoleName,
    role_setting: Option<ChosenBy>,
}

type PortalError = CallError<vestibule_portal::Error>;

impl SsoRole {
    /// Creates the provider for a role in an account of an Identity Center.
    pub fn new(
        sessions: Arc<Sessions>,
        instance: Instance,
        account_id: AccountId,
        role_name: RoleName,
    ) -> Self {
        Self { sessions, instance, account_id, role_name, role_setting: None }
    }

    /// Sets the setting that errors name if the role is not assigned to the user.
    #[must_use]
    pub fn with_role_setting(mut self, setting: ChosenBy) -> Self {
        self.role_setting = Some(setting);
        self
    }

    /// Returns the credentials as they were issued, and the clock by which they expire.
    async fn request(&self, world: &World) -> Result<(Credentials, PortalClock), Error> {
        let clock = PortalClock::default();
        let issued = self.role_credentials(world, &clock).await?;
        Ok((issued, clock))
    }

    async fn role_credentials(
        &self,
        world: &World,
        clock: &PortalClock,
    ) -> Result<Credentials, Error> {
        let token = self
            .sessions
            .live_token(world, &self.instance)
            .await
            .map_err(|error| sso_error(NAME, error))?;
        match self.call(world, clock, &token).await {
            Err(error) if is_unauthorized(&error) => {}
            result => return result.map_err(|error| self.portal_error(error)),
        }
        // The portal rejected a token that had not expired: try another one, once.
        let rejected = &token.access_token;
        let other = self.sessions.token_after(world, &self.instance, rejected).await;
        let other = other.map_err(|error| sso_error(NAME, error))?;
        match self.call(world, clock, &other).await {
            Err(unauthorized) if is_unauthorized(&unauthorized) => {
                let rejected = &other.access_token;
                match self.sessions.token_after(world, &self.instance, rejected).await {
                    Err(error) => Err(sso_error(NAME, error)),
                    // The user signed in at this moment; the next call uses the new token.
                    Ok(_) => Err(Error::new(NAME, ErrorKind::Transient, unauthorized)),
                }
            }
            result => result.map_err(|error| self.portal_error(error)),
        }
    }

    async fn call(
        &self,
        world: &World,
        clock: &PortalClock,
        token: &Token,
    ) -> Result<Credentials, PortalError> {
        let operation = GetRoleCredentials {
            account_id: &self.account_id,
            role_name: &self.role_name,
            token: &token.access_token,
        };
        world.call(&self.instance.portal, clock, &operation).await
    }

    fn portal_error(&self, error: PortalError) -> Error {
        let kind = ErrorKind::from_call(&error, |error| {
            if error.is_transient() { ErrorKind::Transient } else { ErrorKind::Refused }
        });
        let is_denied_role =
            matches!(&error, CallError::Response(error) if error.denied_role().is_some());
        let setting = self.role_setting.clone().filter(|_| is_denied_role);
        let error = Error::new(NAME, kind, error);
        match setting {
            Some(setting) => error.with_chosen_by(setting),
            None => error,
        }
    }
}

fn is_unauthorized(error: &PortalError) -> bool {
    let unauthorized = &vestibule_portal::ErrorKind::Unauthorized;
    matches!(error, CallError::Response(error) if error.kind() == unauthorized)
}

impl Provider for SsoRole {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        Box::pin(async move {
            let (issued, clock) = self.request(world).await?;
            let credentials = clock.to_local(issued).with_account_id(self.account_id.clone());
            Ok(Lookup::Credentials(credentials))
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::EARLY
    }
}

/// Returns the error of a source whose token could not be used.
pub(crate) fn sso_error(name: &'static str, error: vestibule_sso::Error) -> Error {
    let kind = match &error {
        vestibule_sso::Error::SignInNeeded { .. } => ErrorKind::SignInNeeded,
        vestibule_sso::Error::CannotRefresh { is_transient: true, .. } => ErrorKind::Transient,
        vestibule_sso::Error::CannotRefresh { .. } => ErrorKind::Unreachable,
        _ => ErrorKind::Refused,
    };
    // Another tool may store a token at any moment, which the next call has to notice.
    Error::new(name, kind, error).with_delayed_retries()
}
