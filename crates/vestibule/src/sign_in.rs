use vestibule_profile::Origin;
use vestibule_sso::{SignInCause, SignInError, SignInOptions, Token, Ui};
use vestibule_types::{Region, StartUrl};
use vestibule_wire::sign_in::FlowError;
use vestibule_world::{World, block_on};

use crate::{BlockingIdentityCenter, Configuration, Error, ErrorKind, IdentityCenter, Remedy};

impl IdentityCenter {
    /// Signs the user in and stores the token.
    ///
    /// If the host of the portal names another region than the configuration, the sign-in is in the
    /// portal's region, which the token contains; the token is used once the configuration has that
    /// region too: see [`IdentityCenter::correct_region`].
    ///
    /// # Errors
    /// A folder that cannot be written, before the user is asked; a request that the user denies or
    /// does not approve in time.
    pub async fn sign_in(&self, options: SignInOptions, ui: &dyn Ui) -> Result<Token, Error> {
        self.sign_in_in(self.async_world(), options, ui).await
    }

    async fn sign_in_in(
        &self,
        world: &World,
        options: SignInOptions,
        ui: &dyn Ui,
    ) -> Result<Token, Error> {
        let signed_in = self.sessions().sign_in(world, self.instance(), options, ui).await;
        let center = match signed_in {
            Err(SignInError::OtherRegion { portal, .. }) => self.in_region(portal)?,
            signed_in => return signed_in.map_err(|error| self.sign_in_error(error)),
        };
        let signed_in = self.sessions().sign_in(world, center.instance(), options, ui).await;
        signed_in.map_err(|error| self.sign_in_error(error))
    }

    fn sign_in_error(&self, error: SignInError) -> Error {
        let fix = |origin: Option<&Origin>| {
            let origin = origin.cloned();
            (ErrorKind::Configuration, origin.map(|origin| Remedy::FixConfiguration { origin }))
        };
        let (kind, remedy) = match &error {
            SignInError::NotStorable(error) => (ErrorKind::Machine, Remedy::for_store(error)),
            SignInError::Listen { .. } => (ErrorKind::Machine, Some(Remedy::UseAnotherFlow)),
            SignInError::OtherTool { .. } | SignInError::NotHttps { .. } => {
                fix(self.start_url_origin())
            }
            SignInError::OtherRegion { .. } => fix(self.region_origin()),
            SignInError::Failed { source, .. } => {
                cause_kind(source, vestibule_oidc::Error::is_transient, || self.remedy())
            }
            _ => (ErrorKind::Machine, None),
        };
        Error::new(kind, error).with_remedy(remedy)
    }
}

/// Returns the kind and the remedy of a failed sign-in.
pub(crate) fn cause_kind<E: std::error::Error>(
    cause: &SignInCause<E>,
    is_transient: impl Fn(&E) -> bool,
    sign_in: impl Fn() -> Remedy,
) -> (ErrorKind, Option<Remedy>) {
    let service_kind = |is_transient| {
        if is_transient {
            (ErrorKind::Unavailable, Some(Remedy::TryLater))
        } else {
            (ErrorKind::Refused, None)
        }
    };
    match cause {
        SignInCause::Flow(FlowError::Cancelled) => (ErrorKind::Cancelled, None),
        SignInCause::Flow(FlowError::Denied { .. } | FlowError::Expired) => {
            (ErrorKind::SignInNeeded, Some(sign_in()))
        }
        SignInCause::Flow(FlowError::Service(error)) => service_kind(is_transient(error)),
        SignInCause::Flow(FlowError::Unreachable) => service_kind(true),
        SignInCause::Flow(FlowError::Request(_)) => (ErrorKind::Configuration, None),
        SignInCause::Transport(error) => service_kind(error.kind.is_transient()),
        _ => (ErrorKind::Machine, None),
    }
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::sign_in`].
    ///
    /// # Errors
    /// As [`IdentityCenter::sign_in`].
    pub fn sign_in(&self, options: SignInOptions, ui: &dyn Ui) -> Result<Token, Error> {
        block_on(self.center.sign_in_in(self.world, options, ui))
    }
}

impl Configuration {
    /// Returns the region of the portal behind a start URL, if the portal's host names one. A
    /// company's own address is followed to AWS's.
    pub async fn portal_region(&self, start_url: &StartUrl) -> Option<Region> {
        vestibule_sso::portal_region(self.async_world(), start_url).await
    }

    /// See [`Configuration::portal_region`]; for callers that block.
    pub fn portal_region_blocking(&self, start_url: &StartUrl) -> Option<Region> {
        block_on(vestibule_sso::portal_region(self.blocking_world(), start_url))
    }
}
