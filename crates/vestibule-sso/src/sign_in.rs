//! Signing in to and out of SSO sessions.

pub(crate) mod driver;
mod error;
mod page;
mod portal_address;
mod registration;
mod sign_out;
mod ui;

use std::time::Duration;

use vestibule_cache::Token;
use vestibule_oidc::{
    Client, Flow, RedirectUri, Registration, SignIn, SignedIn, Verification, region_of_portal,
};
use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Guard, World};

use crate::record::{Began, SessionRecord};
use crate::shared::TokenHandle;
use crate::status::status;
use crate::{Fingerprint, Instance, Mismatch, SessionState, Sessions};
use driver::FlowActions;
use portal_address::resolve_portal;
use registration::cached;

pub use error::{SignInCause, SignInError};
pub use page::page;
pub use portal_address::portal_region;
pub use sign_out::SignedOut;
pub use ui::{Event, Ui};

/// The pause between two attempts to take the lock for signing in.
const LOCK_INTERVAL: Duration = Duration::from_millis(50);

/// Options of a sign-in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SignInOptions {
    /// Which flow to use.
    pub flow: Flow,
    /// The port for the redirect; 0 for any free one.
    pub port: u16,
    /// A session that lasts longer than this makes the sign-in unnecessary; `None` if none does.
    pub unless_lasting: Option<Duration>,
}

impl SignInOptions {
    /// Uses this flow and any free port, whatever token is stored.
    pub fn new(flow: Flow) -> Self {
        Self { flow, port: 0, unless_lasting: None }
    }

    /// Uses a fixed port for the redirect.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Does not sign in if, when it is this process's turn, the session lasts longer than this and
    /// has all scopes: another process may have signed in since the caller looked.
    #[must_use]
    pub fn unless_lasting(mut self, span: Duration) -> Self {
        self.unless_lasting = Some(span);
        self
    }
}

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
        sign_in(world, &self.handle(instance), options, ui).await
    }
}

async fn sign_in(
    world: &World,
    handle: &TokenHandle<Instance>,
    options: SignInOptions,
    ui: &dyn Ui,
) -> Result<Token, SignInError> {
    let session = &handle.kind.session;
    if !session.start_url.is_https() {
        return Err(SignInError::NotHttps { start_url: session.start_url.clone() });
    }
    let probe = handle.store.tokens.prepare(world, &handle.entry, 4096).await;
    drop(probe.map_err(SignInError::NotStorable)?);
    let before = check_owner(handle, handle.snapshot(world).await)?;
    let (_lock, has_waited) = lock(world, handle, ui).await;
    let now = world.clock.now();
    let stored = check_owner(handle, handle.snapshot(world).await)?;
    if let Some(token) = stored.filter(|token| !token.is_expired(now)) {
        let is_new =
            before.is_none_or(|before| before.access_token.expose() != token.access_token.expose());
        let lasts = match options.unless_lasting {
            Some(span) => {
                let status = status(world, handle, &session.scopes).await;
                status.sign_in_reason(now, span).is_none()
            }
            None => false,
        };
        if has_waited && is_new || lasts {
            return Ok(token);
        }
    }
    let failed = |source| SignInError::Failed { session: session.label().to_owned(), source };
    let client = client(world, handle).await?;
    let scopes = client.scopes.clone();
    let signed_in = drive(world, handle, client, options, ui).await?;
    let began_at = world.clock.now();
    let token = new_token(&handle.kind, signed_in);
    let access_token = Fingerprint::new(token.access_token.expose());
    let began = Began { at: began_at, access_token, scopes };
    let record = SessionRecord { began: Some(began), ..SessionRecord::default() };
    let stored = handle.store_new(world, &token, record).await;
    stored.map_err(|error| failed(SignInCause::Store(error)))?;
    Ok(token)
}

/// The stored token, if it is of this session and works as far as is known. A token of another
/// tool with other scopes is not to be overwritten.
fn check_owner(
    handle: &TokenHandle<Instance>,
    snapshot: Result<crate::shared::Snapshot<Token>, crate::StoreError>,
) -> Result<Option<Token>, SignInError> {
    let snapshot = snapshot.map_err(SignInError::NotStorable)?;
    match snapshot.state::<Instance>(Timestamp::EPOCH) {
        SessionState::NotOurs(mismatch @ Mismatch::Scopes { .. }) => Err(SignInError::OtherTool {
            session: handle.kind.session.label().to_owned(),
            location: handle.location(),
            mismatch,
        }),
        SessionState::Revoked => Ok(None),
        _ => Ok(snapshot.stored.as_token().cloned()),
    }
}

/// The lock for signing in, and whether another process had it first.
async fn lock(
    world: &World,
    handle: &TokenHandle<Instance>,
    ui: &dyn Ui,
) -> (Option<Box<dyn Guard>>, bool) {
    let name = handle.beside("login.lock");
    let mut has_waited = false;
    loop {
        match handle.store.tokens.lock(world, &name, Duration::ZERO).await {
            Ok(Some(guard)) => return (Some(guard), has_waited),
            // The store could be written a moment ago. Two browser tabs are better than none.
            Err(_) => return (None, has_waited),
            Ok(None) if ui.cancelled() => return (None, false),
            Ok(None) => {
                if !has_waited {
                    ui.progress(Event::OtherProcess);
                }
                has_waited = true;
                world.clock.sleep(LOCK_INTERVAL).await;
            }
        }
    }
}

/// The client to sign in with, at the portal where the start URL leads.
async fn client(world: &World, handle: &TokenHandle<Instance>) -> Result<Client, SignInError> {
    let instance = &handle.kind;
    let mut client = Client::for_session(&instance.session, instance.oidc.clone())
        .with_registration(handle.registration(world).await);
    client.start_url = resolve_portal(world, &instance.session.start_url).await;
    match region_of_portal(&client.start_url) {
        Some(portal) if portal != instance.session.region => {
            let session = instance.session.label().to_owned();
            let configured = instance.session.region.clone();
            Err(SignInError::OtherRegion { session, configured, portal })
        }
        _ => Ok(client),
    }
}

async fn drive(
    world: &World,
    handle: &TokenHandle<Instance>,
    client: Client,
    options: SignInOptions,
    ui: &dyn Ui,
) -> Result<SignedIn, SignInError> {
    let mut callbacks = None;
    let mut machine = match options.flow {
        Flow::DeviceCode => SignIn::device(client),
        Flow::AuthorizationCode => {
            let port = options.port;
            let bound =
                driver::bind(world, port).map_err(|source| SignInError::Listen { port, source })?;
            let redirect = RedirectUri::loopback(bound.port());
            callbacks = Some(bound);
            SignIn::code(client, redirect, &driver::seed(world))
        }
    };
    let actions = SessionActions { world, handle, ui };
    let signed_in =
        driver::drive(world, &mut machine, callbacks.as_deref_mut(), ui, &actions).await;
    signed_in.map_err(|source| SignInError::Failed {
        session: handle.kind.session.label().to_owned(),
        source,
    })
}

/// The actions of a sign-in to an SSO session.
struct SessionActions<'a> {
    world: &'a World,
    handle: &'a TokenHandle<Instance>,
    ui: &'a dyn Ui,
}

impl FlowActions<SignIn> for SessionActions<'_> {
    fn store_registration(&self, registration: Registration) -> BoxFuture<'_, ()> {
        Box::pin(async move { self.handle.store_registration(self.world, &registration).await })
    }

    fn show(&self, verification: Verification) {
        self.ui.show(&verification);
    }
}

fn new_token(instance: &Instance, signed_in: SignedIn) -> Token {
    let SignedIn { tokens, expires_at, registration, .. } = signed_in;
    Token::new(tokens.access_token, expires_at)
        .with_session(&instance.session)
        .with_client(&cached(&registration))
        .with_refresh_token(tokens.refresh_token)
}
