//! The first and the last part of a sign-in; between them, any driver performs the steps.

use std::time::Duration;

use vestibule_cache::Token;
use vestibule_oidc::{Client, Flow, RedirectUri, SignIn, SignedIn, region_of_portal};
use vestibule_types::Timestamp;
use vestibule_world::{Callbacks, Guard, World};

use super::driver;
use super::portal_address::resolve_portal;
use super::registration::cached;
use super::{SignInCause, SignInError, SignInOptions, failed};
use crate::record::{SessionRecord, SessionStart};
use crate::shared::{Snapshot, TokenHandle};
use crate::status::status;
use crate::{Event, Fingerprint, Instance, Mismatch, SessionState, StoreError, Ui};

/// The pause between two attempts to take the lock for signing in.
const LOCK_INTERVAL: Duration = Duration::from_millis(50);

/// The first of the ports that the system gives to no service, and their number.
const DYNAMIC_PORTS: (u16, u16) = (49_152, 16_384);

/// The result of [`Sessions::begin_sign_in`](crate::Sessions::begin_sign_in).
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a sign-in is necessary or it is not")]
pub enum BegunSignIn {
    /// No sign-in is necessary: this token was stored by another process meanwhile, or lasts as long
    /// as the options require.
    SignedIn(Token),
    /// The sign-in, to be driven by the caller.
    Pending(Box<PendingSignIn>),
}

/// A sign-in that the caller drives. Other processes wait until it is finished or dropped.
#[derive(Debug)]
#[non_exhaustive]
pub struct PendingSignIn {
    /// The state machine. [`Step::StoreRegistration`](vestibule_oidc::Step) may be ignored:
    /// [`PendingSignIn::finish`] stores the registration.
    pub machine: SignIn,
    /// The listener for the redirect; `None` for the device authorization flow, and
    /// [without a listener](SignInOptions::without_listener).
    pub callbacks: Option<Box<dyn Callbacks>>,
    pub(super) handle: TokenHandle<Instance>,
    /// The client whose registration is stored.
    pub(super) client_id: Option<String>,
    scopes: Vec<String>,
    _lock: Option<Box<dyn Guard>>,
}

impl PendingSignIn {
    /// Stores the token and ends the sign-in.
    ///
    /// # Errors
    /// The token cannot be stored.
    pub async fn finish(self, world: &World, signed_in: SignedIn) -> Result<Token, SignInError> {
        let Self { handle, client_id, scopes, _lock, .. } = self;
        if client_id.as_ref() != Some(&signed_in.registration.client_id) {
            handle.store_registration(world, &signed_in.registration).await;
        }
        let token = new_token(&handle.kind, signed_in);
        let access_token = Fingerprint::new(token.access_token.expose());
        let began = SessionStart { at: world.clock.now(), access_token, scopes };
        let record = SessionRecord { began: Some(began), ..SessionRecord::default() };
        let stored = handle.store_new(world, &token, record).await;
        stored.map_err(|error| failed(&handle, SignInCause::Store(error)))?;
        Ok(token)
    }
}

pub(super) async fn begin(
    world: &World,
    handle: TokenHandle<Instance>,
    options: SignInOptions,
    ui: Option<&dyn Ui>,
) -> Result<BegunSignIn, SignInError> {
    let session = &handle.kind.session;
    if !session.start_url.is_https() {
        return Err(SignInError::NotHttps { start_url: session.start_url.clone() });
    }
    let probe = handle.store.tokens.prepare(world, &handle.entry, 4096).await;
    drop(probe.map_err(SignInError::NotStorable)?);
    let before = check_owner(&handle, handle.snapshot(world).await)?;
    let (lock, has_waited) = lock(world, &handle, ui).await;
    let now = world.clock.now();
    let stored = check_owner(&handle, handle.snapshot(world).await)?;
    if let Some(token) = stored.filter(|token| !token.is_expired(now)) {
        let is_new =
            before.is_none_or(|before| before.access_token.expose() != token.access_token.expose());
        let lasts = match options.min_remaining {
            Some(span) => {
                let status = status(world, &handle, &session.scopes).await;
                status.sign_in_reason(now, span).is_none()
            }
            None => false,
        };
        if has_waited && is_new || lasts {
            return Ok(BegunSignIn::SignedIn(token));
        }
    }
    let client = client(world, &handle).await?;
    let client_id = client.registration.as_ref().map(|known| known.client_id.clone());
    let scopes = client.scopes.clone();
    let (machine, callbacks) = machine(world, client, options)?;
    let pending = PendingSignIn { machine, callbacks, handle, client_id, scopes, _lock: lock };
    Ok(BegunSignIn::Pending(Box::new(pending)))
}

/// Returns the machine of the selected flow, and the listener for its redirect.
fn machine(
    world: &World,
    client: Client,
    options: SignInOptions,
) -> Result<(SignIn, Option<Box<dyn Callbacks>>), SignInError> {
    let port = options.port;
    let callbacks = match options.flow {
        Flow::DeviceCode => return Ok((SignIn::device(client), None)),
        Flow::AuthorizationCode if options.listens => {
            let bound = driver::bind(world, port);
            Some(bound.map_err(|source| SignInError::Listen { port, source })?)
        }
        Flow::AuthorizationCode => None,
    };
    let port = callbacks.as_ref().map_or(port, |callbacks| callbacks.port());
    let redirect = RedirectUri::loopback(if port == 0 { unused_port(world) } else { port });
    Ok((SignIn::code(client, redirect, &driver::seed(world)), callbacks))
}

/// Returns a port for a redirect that the user copies from the browser, where no program should
/// listen.
fn unused_port(world: &World) -> u16 {
    let mut random = [0; 2];
    world.entropy.fill(&mut random);
    let (first, count) = DYNAMIC_PORTS;
    first + u16::from_le_bytes(random) % count
}

/// Returns the stored token, if it is of this session and works as far as is known; an error for a
/// token of another tool, with other scopes, which must not be overwritten.
fn check_owner(
    handle: &TokenHandle<Instance>,
    snapshot: Result<Snapshot<Token>, StoreError>,
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

/// Takes the lock for signing in. Returns it, and whether another process had it first.
async fn lock(
    world: &World,
    handle: &TokenHandle<Instance>,
    ui: Option<&dyn Ui>,
) -> (Option<Box<dyn Guard>>, bool) {
    let name = handle.beside("login.lock");
    let mut has_waited = false;
    loop {
        match handle.store.tokens.lock(world, &name, Duration::ZERO).await {
            Ok(Some(guard)) => return (Some(guard), has_waited),
            // The store could be written a moment ago. Two browser tabs are better than none.
            Err(_) => return (None, has_waited),
            Ok(None) if ui.is_some_and(Ui::cancelled) => return (None, false),
            Ok(None) => {
                if let Some(ui) = ui.filter(|_| !has_waited) {
                    ui.progress(Event::OtherProcess);
                }
                has_waited = true;
                world.clock.sleep(LOCK_INTERVAL).await;
            }
        }
    }
}

/// Returns the client to sign in with, at the portal to which the start URL redirects.
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

fn new_token(instance: &Instance, signed_in: SignedIn) -> Token {
    let SignedIn { tokens, expires_at, registration, .. } = signed_in;
    Token::new(tokens.access_token, expires_at)
        .with_session(&instance.session)
        .with_client(&cached(&registration))
        .with_refresh_token(tokens.refresh_token)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vestibule_world::{Entropy, memory};

    use super::*;

    #[derive(Debug)]
    struct Fixed([u8; 2]);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.0);
        }
    }

    #[test]
    fn unused_port_is_any_of_the_dynamic_ports() {
        for (random, port) in
            [(0, 49_152), (1, 49_153), (16_383, 65_535), (16_384, 49_152), (u16::MAX, 65_535)]
        {
            let entropy = Arc::new(Fixed(random.to_le_bytes()));
            assert_eq!(unused_port(&World { entropy, ..memory::world() }), port, "{random}");
        }
    }
}
