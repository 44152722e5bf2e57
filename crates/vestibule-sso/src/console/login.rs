use std::io;

use vestibule_console_login::{Device, Seed, SignIn, SignInError, SignedIn, Step, file_name};
use vestibule_oidc::{Redirected, WebAddress};
use vestibule_types::Timestamp;
use vestibule_wire::{Endpoint, Response, Unsendable};
use vestibule_world::{TransportError, World, WriteMode};
use zeroize::Zeroizing;

use super::ConsoleSessions;
use crate::sign_in::driver::{self, DriveError, Machine, Next};
use crate::{StoreError, Ui};

/// Error returned when a console login fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleLoginError {
    /// The store cannot be written, found out before the user was asked.
    #[error("The login cannot be stored, so it was not started.")]
    NotStorable(#[source] StoreError),
    /// The port for the redirect cannot be opened.
    #[error("Port {port} cannot be opened for the redirect.")]
    Listen {
        /// The port; 0 for any.
        port: u16,
        /// The error of the machine.
        #[source]
        source: io::Error,
    },
    /// The login failed.
    #[error(transparent)]
    Login(SignInError),
    /// The service sent no response, after retries.
    #[error(transparent)]
    Transport(TransportError),
    /// The redirect could not be received.
    #[error("The redirect could not be received.")]
    Redirect(#[source] io::Error),
    /// The credentials arrived, and could not be stored.
    #[error("The credentials could not be stored.")]
    Store(#[source] StoreError),
    /// Another user signed in than the caller accepts.
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
        at: Endpoint,
        device: Device,
        ui: &dyn Ui,
        accepts: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<String, ConsoleLoginError> {
        // The ARN, and with it the name of the entry, is not known yet.
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
        let mut random = Zeroizing::new([0; Seed::LEN]);
        world.entropy.fill(&mut random[..]);
        let mut machine = SignIn::new(at, device, Seed::new(random));
        let signed_in = driver::drive(world, &mut machine, callbacks.as_deref_mut(), ui, None)
            .await
            .map_err(|error| match error {
                DriveError::Machine(error) => ConsoleLoginError::Login(error),
                DriveError::Transport(error) => ConsoleLoginError::Transport(error),
                DriveError::Redirect(error) => ConsoleLoginError::Redirect(error),
            })?;
        let SignedIn { login_session, entry, .. } = *signed_in;
        if !accepts(&login_session) {
            return Err(ConsoleLoginError::NotAccepted { login_session });
        }
        let (name, contents) = (file_name(&login_session), entry.write());
        let stored = self.store.tokens.store(world, &name, &contents, WriteMode::Durable);
        stored.await.map_err(ConsoleLoginError::Store)?;
        Ok(login_session)
    }
}

impl Machine for SignIn {
    type Done = Box<SignedIn>;
    type Error = SignInError;

    fn next(&mut self, now: Timestamp) -> Next<Self::Done, SignInError> {
        match self.step(now) {
            Step::Open(address) => match WebAddress::new(&address) {
                Some(address) => Next::Open(address),
                None => {
                    Next::Failed(SignInError::Unsendable(Unsendable::new("the authorize address")))
                }
            },
            Step::AwaitRedirect { until } => Next::AwaitRedirect { until },
            Step::Send(request) => Next::Send(request),
            Step::Wait(span) => Next::Wait(span),
            Step::Done(signed_in) => Next::Done(signed_in),
            Step::Failed(error) => Next::Failed(error),
            _ => Next::Failed(SignInError::Cancelled),
        }
    }

    fn answered(&mut self, response: &Response, now: Timestamp) {
        self.answered(response, now);
    }

    fn lost(&mut self, now: Timestamp) {
        self.lost(now);
    }

    fn redirected(&mut self, text: &str) -> Redirected {
        match self.redirected(text) {
            vestibule_console_login::Redirected::Accepted => Redirected::Accepted,
            vestibule_console_login::Redirected::Ignored => Redirected::Ignored,
            vestibule_console_login::Redirected::Refused => Redirected::Refused,
        }
    }

    fn cancel(&mut self) {
        self.cancel();
    }

    fn is_unreachable(error: &SignInError) -> bool {
        matches!(error, SignInError::Unreachable)
    }
}
