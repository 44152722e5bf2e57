//! Drives sign-ins to SSO sessions and console logins.

use std::io;
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_wire::sign_in::{FlowError, Redirected, Seed, SignInMachine, Step, Zeroizing};
use vestibule_world::{BoxFuture, Callbacks, Either, World, race};

use super::{SignInCause, page};
use crate::{Event, Ui};

/// The interval of checks for pasted text and for cancellation.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The actions that only some sign-ins have.
pub(crate) trait FlowActions<M: SignInMachine>: Sync {
    /// Stores a client registration for the next sign-in.
    fn store_registration(&self, registration: M::Registration) -> BoxFuture<'_, ()>;
    /// Runs once, right before the page is shown to the user, when nothing else can prevent the sign-in.
    fn before_page(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
    /// Shows a code and its page to the user.
    fn show(&self, verification: M::Verification);
}

pub(crate) async fn drive<M: SignInMachine>(
    world: &World,
    machine: &mut M,
    mut callbacks: Option<&mut (dyn Callbacks + 'static)>,
    ui: &dyn Ui,
    actions: &dyn FlowActions<M>,
) -> Result<M::SignedIn, SignInCause<M::Error>> {
    let mut last_error = None;
    let mut is_page_shown = false;
    loop {
        if ui.cancelled() {
            machine.cancel();
        }
        let step = machine.step(world.clock.now());
        if matches!(step, Step::Open(_) | Step::Show(_)) && !is_page_shown {
            is_page_shown = true;
            actions.before_page().await;
        }
        match step {
            Step::Send(request) => match world.send(request).await {
                Ok(response) => machine.handle_response(&response, world.clock.now()),
                Err(error) if !error.kind.is_transient() => {
                    return Err(SignInCause::Transport(error));
                }
                Err(error) => {
                    tracing::debug!(%error, "no response");
                    last_error = Some(error);
                    machine.handle_failure(world.clock.now());
                }
            },
            Step::StoreRegistration(registration) => {
                actions.store_registration(registration).await;
            }
            Step::Open(address) => ui.open(&address),
            Step::Show(verification) => actions.show(verification),
            Step::AwaitRedirect { until } => {
                await_redirect(world, machine, callbacks.as_deref_mut(), until, ui)
                    .await
                    .map_err(SignInCause::Redirect)?;
            }
            Step::Wait(span) => {
                ui.progress(if is_page_shown { Event::Approval(span) } else { Event::Retry(span) });
                wait(world, span, ui).await;
            }
            Step::Done(signed_in) => return Ok(signed_in),
            Step::Failed(error) => {
                return Err(match last_error {
                    Some(cause) if matches!(error, FlowError::Unreachable) => {
                        SignInCause::Transport(cause)
                    }
                    _ => SignInCause::Flow(error),
                });
            }
        }
    }
}

/// Returns random bytes for a sign-in.
pub(crate) fn seed<const N: usize>(world: &World) -> Seed<N> {
    let mut random = Zeroizing::new([0; N]);
    world.entropy.fill(&mut random[..]);
    Seed::new(random)
}

/// Waits for a redirect, received or pasted, until the deadline or until the user cancels.
async fn await_redirect<M: SignInMachine>(
    world: &World,
    machine: &mut M,
    mut callbacks: Option<&mut (dyn Callbacks + 'static)>,
    until: Timestamp,
    ui: &dyn Ui,
) -> io::Result<()> {
    ui.progress(Event::Redirect(until.saturating_since(world.clock.now())));
    while world.clock.now() < until && !ui.cancelled() {
        match &mut callbacks {
            None => world.clock.sleep(POLL_INTERVAL).await,
            Some(callbacks) => {
                let next = race(callbacks.next(), world.clock.sleep(POLL_INTERVAL)).await;
                if let Either::First(callback) = next {
                    let callback = callback?;
                    let redirected = machine.handle_redirect(callback.target.expose());
                    callback.respond(&page(redirected));
                    if redirected != Redirected::Ignored {
                        return Ok(());
                    }
                }
            }
        }
        if let Some(pasted) = ui.pasted() {
            match machine.handle_redirect(pasted.expose()) {
                Redirected::Ignored => ui.progress(Event::StrayPaste),
                Redirected::Accepted | Redirected::Denied => return Ok(()),
            }
        }
    }
    Ok(())
}

async fn wait(world: &World, span: Duration, ui: &dyn Ui) {
    let mut poll = world.poll(POLL_INTERVAL, span);
    while !ui.cancelled() && poll.pause().await {}
}

/// Opens a port on 127.0.0.1 for the redirect.
pub(crate) fn bind(world: &World, port: u16) -> io::Result<Box<dyn Callbacks>> {
    match &world.listener {
        Some(listener) => listener.bind(port),
        None => Err(io::ErrorKind::Unsupported.into()),
    }
}
