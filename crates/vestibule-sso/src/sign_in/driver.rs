//! Drives a sign-in through a world: the same for both kinds of session.

use std::io;
use std::time::Duration;

use vestibule_oidc::{Redirected, Registration, Verification, WebAddress};
use vestibule_types::Timestamp;
use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Callbacks, Either, TransportError, World, race};

use super::page;
use crate::{Event, Ui};

/// How often a wait checks for pasted text and for a user who cancelled.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// A sign-in as a state machine.
pub(crate) trait Machine: Send {
    type Done;
    type Error;

    /// What to do now.
    fn next(&mut self, now: Timestamp) -> Next<Self::Done, Self::Error>;
    /// The response to the last request arrived.
    fn answered(&mut self, response: &Response, now: Timestamp);
    /// The last request got no response.
    fn lost(&mut self, now: Timestamp);
    /// The browser was redirected to this address, or the user pasted this text.
    fn redirected(&mut self, text: &str) -> Redirected;
    fn cancel(&mut self);
    /// True if the error only says that no response arrived.
    fn is_unreachable(error: &Self::Error) -> bool;
}

/// What a [`Machine`] wants done.
pub(crate) enum Next<D, E> {
    Send(Request),
    StoreRegistration(Registration),
    Open(WebAddress),
    Show(Verification),
    AwaitRedirect { until: Timestamp },
    Wait(Duration),
    Done(D),
    Failed(E),
}

/// How a sign-in failed.
pub(crate) enum DriveError<E> {
    Machine(E),
    Transport(TransportError),
    Redirect(io::Error),
}

/// Stores a client registration for the next sign-in.
pub(crate) type StoreRegistration<'a> =
    &'a (dyn Fn(Registration) -> BoxFuture<'a, ()> + Send + Sync);

pub(crate) async fn drive<M: Machine>(
    world: &World,
    machine: &mut M,
    mut callbacks: Option<&mut (dyn Callbacks + 'static)>,
    ui: &dyn Ui,
    store_registration: Option<StoreRegistration<'_>>,
) -> Result<M::Done, DriveError<M::Error>> {
    let mut last_error = None;
    loop {
        if ui.cancelled() {
            machine.cancel();
        }
        match machine.next(world.clock.now()) {
            Next::Send(request) => match world.send(request).await {
                Ok(response) => machine.answered(&response, world.clock.now()),
                Err(error) if !error.kind.is_transient() => {
                    return Err(DriveError::Transport(error));
                }
                Err(error) => {
                    tracing::debug!(%error, "no response");
                    last_error = Some(error);
                    machine.lost(world.clock.now());
                }
            },
            Next::StoreRegistration(registration) => {
                if let Some(store) = store_registration {
                    store(registration).await;
                }
            }
            Next::Open(address) => ui.open(&address),
            Next::Show(verification) => ui.show(&verification),
            Next::AwaitRedirect { until } => {
                await_redirect(world, machine, callbacks.as_deref_mut(), until, ui)
                    .await
                    .map_err(DriveError::Redirect)?;
            }
            Next::Wait(span) => {
                ui.progress(Event::Approval(span));
                wait(world, span, ui).await;
            }
            Next::Done(signed_in) => return Ok(signed_in),
            Next::Failed(error) => {
                return Err(match last_error {
                    Some(cause) if M::is_unreachable(&error) => DriveError::Transport(cause),
                    _ => DriveError::Machine(error),
                });
            }
        }
    }
}

/// Waits until a redirect, received or pasted, had an effect, the user cancelled, or the time is
/// up.
async fn await_redirect<M: Machine>(
    world: &World,
    machine: &mut M,
    mut callbacks: Option<&mut (dyn Callbacks + 'static)>,
    until: Timestamp,
    ui: &dyn Ui,
) -> io::Result<()> {
    ui.progress(Event::Redirect);
    while world.clock.now() < until && !ui.cancelled() {
        match &mut callbacks {
            None => world.clock.sleep(POLL_INTERVAL).await,
            Some(callbacks) => {
                let next = race(callbacks.next(), world.clock.sleep(POLL_INTERVAL)).await;
                if let Either::First(callback) = next {
                    let callback = callback?;
                    let redirected = machine.redirected(callback.target.expose());
                    callback.answer(&page(redirected));
                    if redirected != Redirected::Ignored {
                        return Ok(());
                    }
                }
            }
        }
        if let Some(pasted) = ui.pasted() {
            match machine.redirected(pasted.expose()) {
                Redirected::Ignored => ui.progress(Event::StrayPaste),
                Redirected::Accepted | Redirected::Refused => return Ok(()),
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
