use std::convert::Infallible;
use std::io;

use vestibule_console_login::{Device, Error, SignIn, SignedIn, file_name};
use vestibule_wire::Endpoint;
use vestibule_world::{BoxFuture, World, WriteMode};

use super::ConsoleSessions;
use crate::sign_in::driver::{self, FlowActions};
use crate::{SignInCause, StoreError, Ui};

/// Error returned when a console login fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleLoginError {
    /// The token store cannot be written. The login was not started.
    #[error("The login cannot be stored, so it was not started.")]
    NotStorable(#[source] StoreError),
    /// The port for the redirect cannot be opened.
    #[error("Port {port} cannot be opened for the redirect.")]
    Listen {
        /// The port; 0 for any.
        port: u16,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// The login failed.
    #[error("Could not sign in to the console.")]
    Failed(#[source] SignInCause<Error>),
    /// The user who signed in is not accepted by the caller.
    #[error("Another user signed in: {login_session}")]
    NotAccepted {
        /// The ARN of that user.
        login_session: String,
    },
}

impl ConsoleSessions {
    /// Signs the user in to the console and stores the credentials. Returns the user's ARN: the
    /// `login_session` of the profile.
    ///
    /// For [`Device::Same`] the port may be 0, for any free one; for [`Device::Cross`] the user
    /// pastes a text. Nothing is stored unless `accepts` returns true for the ARN.
    ///
    /// # Errors
    /// See [`ConsoleLoginError`].
    pub async fn sign_in(
        &self,
        world: &World,
        endpoint: Endpoint,
        device: Device,
        ui: &dyn Ui,
        accepts: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<String, ConsoleLoginError> {
        // The ARN, from which the name of the file is made, is not known yet.
        let prepared = self.store.tokens.prepare(world, &file_name(""), 4096).await;
        drop(prepared.map_err(ConsoleLoginError::NotStorable)?);
        let (device, mut callbacks) = match device {
            Device::Same { port } => {
                let callbacks = driver::bind(world, port)
                    .map_err(|source| ConsoleLoginError::Listen { port, source })?;
                (Device::Same { port: callbacks.port() }, Some(callbacks))
            }
            Device::Cross => (Device::Cross, None),
        };
        let mut machine = SignIn::new(endpoint, device, driver::seed(world));
        let signed_in =
            driver::drive(world, &mut machine, callbacks.as_deref_mut(), ui, self).await;
        let SignedIn { login_session, token, .. } =
            *signed_in.map_err(ConsoleLoginError::Failed)?;
        if !accepts(&login_session) {
            return Err(ConsoleLoginError::NotAccepted { login_session });
        }
        let (name, contents) = (file_name(&login_session), token.write());
        let stored = self.store.tokens.store(world, &name, &contents, WriteMode::Durable);
        stored.await.map_err(|error| ConsoleLoginError::Failed(SignInCause::Store(error)))?;
        Ok(login_session)
    }
}

impl FlowActions<SignIn> for ConsoleSessions {
    fn store_registration(&self, registration: Infallible) -> BoxFuture<'_, ()> {
        match registration {}
    }

    fn show(&self, verification: Infallible) {
        match verification {}
    }
}
