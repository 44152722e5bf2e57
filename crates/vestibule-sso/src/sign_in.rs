//! Signing in to and out of SSO sessions.

mod begin;
pub(crate) mod driver;
mod error;
mod options;
mod page;
mod portal_address;
mod registration;
mod sign_out;
mod ui;

use vestibule_cache::Token;
use vestibule_oidc::{Registration, SignIn, Verification};
use vestibule_world::{BoxFuture, World};

use crate::shared::TokenHandle;
use crate::{Instance, Sessions};
use begin::begin;
use driver::FlowActions;

pub use begin::{BegunSignIn, PendingSignIn};
pub use error::{SignInCause, SignInError};
pub use options::SignInOptions;
pub use page::page;
pub use portal_address::portal_region;
pub use sign_out::SignedOut;
pub use ui::{Event, Ui};

impl Sessions {
    /// Signs the user in and stores the token.
    ///
    /// One process at a time: a second one waits, and takes the token of the first.
    ///
    /// # Errors
    /// [`SignInError::NotStorable`], [`SignInError::OtherTool`] and [`SignInError::Listen`] before
    /// the user is asked; [`SignInError::Failed`].
    pub async fn sign_in(
        &self,
        world: &World,
        instance: &Instance,
        options: SignInOptions,
        ui: &dyn Ui,
    ) -> Result<Token, SignInError> {
        sign_in(world, self.handle(instance), options, ui).await
    }

    /// Begins a sign-in that the caller drives: checks that the store can be written, waits for the
    /// sign-in of another process, and opens the port for the redirect. [`PendingSignIn::finish`]
    /// stores the token.
    ///
    /// # Errors
    /// As [`Sessions::sign_in`].
    pub async fn begin_sign_in(
        &self,
        world: &World,
        instance: &Instance,
        options: SignInOptions,
    ) -> Result<BegunSignIn, SignInError> {
        let begun = begin(world, self.handle(instance), options, None).await?;
        if options.ends_portal_session && matches!(begun, BegunSignIn::Pending(_)) {
            end_portal_session(world, &self.handle(instance)).await;
        }
        Ok(begun)
    }
}

async fn sign_in(
    world: &World,
    handle: TokenHandle<Instance>,
    options: SignInOptions,
    ui: &dyn Ui,
) -> Result<Token, SignInError> {
    let mut pending = match begin(world, handle, options, Some(ui)).await? {
        BegunSignIn::SignedIn(token) => return Ok(token),
        BegunSignIn::Pending(pending) => pending,
    };
    let PendingSignIn { machine, callbacks, handle, .. } = &mut *pending;
    let ends_portal_session = options.ends_portal_session;
    let actions = SessionActions { world, handle, ends_portal_session, ui };
    let signed_in = driver::drive(world, machine, callbacks.as_deref_mut(), ui, &actions).await;
    let signed_in = signed_in.map_err(|source| failed(handle, source))?;
    // The driver has stored the registration.
    pending.client_id = Some(signed_in.registration.client_id.clone());
    pending.finish(world, signed_in).await
}

fn failed(
    handle: &TokenHandle<Instance>,
    source: SignInCause<vestibule_oidc::Error>,
) -> SignInError {
    SignInError::Failed { session: handle.kind.session.label().to_owned(), source }
}

/// Ends the portal session. Best effort: the user is about to sign in in any case.
async fn end_portal_session(world: &World, handle: &TokenHandle<Instance>) {
    if let Err(error) = sign_out::end_portal_session(world, handle).await {
        tracing::warn!(%error, "the portal session could not be ended");
    }
}

/// The actions of a sign-in to an SSO session.
struct SessionActions<'a> {
    world: &'a World,
    handle: &'a TokenHandle<Instance>,
    ends_portal_session: bool,
    ui: &'a dyn Ui,
}

impl FlowActions<SignIn> for SessionActions<'_> {
    fn store_registration(&self, registration: Registration) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.handle.store_registration(self.world, &registration).await })
    }

    fn before_page(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if self.ends_portal_session {
                end_portal_session(self.world, self.handle).await;
            }
        })
    }

    fn show(&self, verification: Verification) {
        self.ui.show(&verification);
    }
}
