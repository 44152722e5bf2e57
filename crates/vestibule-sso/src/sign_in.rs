//! Signing a person in and out: drives a [`SignIn`] through a world.

mod error;
mod page;
mod portal_of;
mod sign_out;
mod store;
mod ui;

use std::time::Duration;

use vestibule_cache::Token;
use vestibule_oidc::{
    Client, Flow, RedirectUri, Redirected, Seed, SignIn, SignInError as MachineError, SignedIn,
    Step, region_of_portal,
};
use vestibule_types::Timestamp;
use vestibule_world::{Callbacks, Either, World, race};
use zeroize::Zeroizing;

use crate::store::Store;
use crate::{Error, Instance, Sessions};
use portal_of::portal_of;
use store::cached;

pub use error::{SignInError, SignInFailure};
pub use page::page;
pub use portal_of::portal_region;
pub use sign_out::SignedOut;
pub use ui::{Event, Ui};

/// How often a wait looks up: for a pasted address, for a person who gave up.
const GLANCE: Duration = Duration::from_millis(200);

/// How to sign in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SignInOptions {
    /// By which flow.
    pub flow: Flow,
    /// The port for the redirect; 0 for any free one.
    pub port: u16,
    /// A stored token that lasts longer than this makes the sign-in needless; `None` if none does.
    pub unless_lasting: Option<Duration>,
}

impl SignInOptions {
    /// By this flow, at any port, whatever token there is.
    pub fn new(flow: Flow) -> Self {
        Self { flow, port: 0, unless_lasting: None }
    }

    /// With a fixed port for the redirect.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Unless, when it is this process's turn to ask, a token lasts longer than this: another
    /// process may have signed in since the caller looked.
    #[must_use]
    pub fn unless_lasting(mut self, span: Duration) -> Self {
        self.unless_lasting = Some(span);
        self
    }
}

impl Sessions {
    /// Signs a person in and stores the token.
    ///
    /// One at a time over all processes: who comes second waits, and takes the token of the first.
    ///
    /// # Errors
    /// [`SignInError::NotStorable`] and [`SignInError::Listen`] before anybody is asked;
    /// [`SignInError::Failed`].
    pub async fn sign_in(
        &self,
        world: &World,
        instance: &Instance,
        how: SignInOptions,
        ui: &dyn Ui,
    ) -> Result<Token, SignInError> {
        sign_in(world, &self.store(&instance.session), instance, how, ui).await
    }

    /// Ends the session at the portal and removes its token, also when the portal is out of reach.
    ///
    /// # Errors
    /// What the machine says when the file cannot be removed.
    pub async fn sign_out(&self, world: &World, instance: &Instance) -> Result<SignedOut, Error> {
        sign_out::sign_out(world, &self.store(&instance.session), instance).await
    }
}

async fn sign_in(
    world: &World,
    store: &Store<'_>,
    instance: &Instance,
    how: SignInOptions,
    ui: &dyn Ui,
) -> Result<Token, SignInError> {
    let session = &instance.session;
    if !session.start_url.is_https() {
        return Err(SignInError::NotHttps { start_url: session.start_url.clone() });
    }
    store.probe(world)?;
    let before = store.token(world).ok();
    let (_lock, waited) = store.lock_sign_in(world, ui).await;
    if waited && let Some(token) = store.token_newer_than(world, before.as_ref()) {
        return Ok(token);
    }
    if let Some(span) = how.unless_lasting
        && let Ok(token) = store.token(world)
        && span < token.expires_at.saturating_since(world.clock.now())
    {
        return Ok(token);
    }
    let failed = |source| SignInError::Failed { session: session.label().to_owned(), source };
    let signed_in = drive(world, store, instance, how, ui).await?;
    // The answer is here: nothing is awaited before it is stored.
    let token = token_of(instance, signed_in);
    store.write_token(world, &token).map_err(|error| failed(SignInFailure::Store(error)))?;
    Ok(token)
}

async fn drive(
    world: &World,
    store: &Store<'_>,
    instance: &Instance,
    how: SignInOptions,
    ui: &dyn Ui,
) -> Result<SignedIn, SignInError> {
    let label = instance.session.label().to_owned();
    let failed = |source| SignInError::Failed { session: label.clone(), source };
    let mut client = Client::for_session(&instance.session, instance.oidc.clone())
        .with_registration(store.registration(world));
    client.start_url = portal_of(world, &instance.session.start_url).await;
    if let Some(portal) = region_of_portal(&client.start_url)
        && portal != instance.session.region
    {
        let configured = instance.session.region.clone();
        return Err(SignInError::OtherRegion { session: label, configured, portal });
    }
    let mut callbacks = None;
    let mut machine = match how.flow {
        Flow::DeviceCode => SignIn::device(client),
        Flow::AuthorizationCode => {
            let bound = bind(world, how.port)?;
            let redirect = RedirectUri::loopback(bound.port());
            callbacks = Some(bound);
            SignIn::code(client, redirect, &seed(world))
        }
    };
    let mut fault = None;
    loop {
        if ui.cancelled() {
            machine.cancel();
        }
        match machine.step(world.clock.now()) {
            Step::Send(request) => match world.send(request).await {
                Ok(response) => machine.answered(&response, world.clock.now()),
                Err(error) if !error.kind.is_transient() => {
                    return Err(failed(SignInFailure::Transport(error)));
                }
                Err(error) => {
                    tracing::debug!(%error, "no answer");
                    fault = Some(error);
                    machine.lost(world.clock.now());
                }
            },
            Step::StoreRegistration(registration) => store.keep(world, &registration),
            Step::Open(address) => ui.open(&address),
            Step::Show(verification) => ui.show(&verification),
            Step::AwaitRedirect { until } => {
                if let Some(callbacks) = &mut callbacks {
                    let callbacks = callbacks.as_mut();
                    await_redirect(world, &mut machine, callbacks, until, ui)
                        .await
                        .map_err(|error| failed(SignInFailure::Redirect(error)))?;
                }
            }
            Step::Wait(span) => {
                ui.progress(Event::Approval(span));
                wait(world, span, ui).await;
            }
            Step::Done(signed_in) => return Ok(signed_in),
            Step::Failed(error) => {
                return Err(failed(match (error, fault) {
                    (MachineError::Unreachable, Some(fault)) => SignInFailure::Transport(fault),
                    (error, _) => SignInFailure::Machine(error),
                }));
            }
            _ => {}
        }
    }
}

/// Until a redirect, pasted or received, had an effect, or the time or the person's patience is up.
async fn await_redirect(
    world: &World,
    machine: &mut SignIn,
    callbacks: &mut dyn Callbacks,
    until: Timestamp,
    ui: &dyn Ui,
) -> std::io::Result<()> {
    ui.progress(Event::Redirect);
    while world.clock.now() < until && !ui.cancelled() {
        if let Either::First(callback) = race(callbacks.next(), world.clock.sleep(GLANCE)).await {
            let callback = callback?;
            let redirected = machine.redirected(callback.target.expose());
            callback.answer(&page(redirected));
            if redirected != Redirected::Ignored {
                return Ok(());
            }
        }
        if let Some(pasted) = ui.pasted() {
            match machine.redirected(pasted.expose()) {
                Redirected::Ignored => ui.progress(Event::StrayPaste),
                _ => return Ok(()),
            }
        }
    }
    Ok(())
}

async fn wait(world: &World, span: Duration, ui: &dyn Ui) {
    let end = world.clock.now() + span;
    while !ui.cancelled() {
        let left = end.saturating_since(world.clock.now());
        if left.is_zero() {
            return;
        }
        world.clock.sleep(left.min(GLANCE)).await;
    }
}

fn bind(world: &World, port: u16) -> Result<Box<dyn Callbacks>, SignInError> {
    let failed = |source| SignInError::Listen { port, source };
    match &world.listener {
        Some(listener) => listener.bind(port).map_err(failed),
        None => Err(failed(std::io::ErrorKind::Unsupported.into())),
    }
}

fn seed(world: &World) -> Seed {
    let mut random = Zeroizing::new([0; Seed::LEN]);
    world.entropy.fill(&mut random[..]);
    Seed::new(random)
}

fn token_of(instance: &Instance, signed_in: SignedIn) -> Token {
    let SignedIn { tokens, expires_at, registration, .. } = signed_in;
    Token::new(tokens.access_token, expires_at)
        .with_session(&instance.session)
        .with_client(&cached(&registration))
        .with_refresh_token(tokens.refresh_token)
}
