//! A thousand tasks at once, and one of them asks.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use vestibule::world::{BoxFuture, Transport, TransportError, World};
use vestibule::{Credentials, Error, ErrorKind, Flow, Session, SignInOptions};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_wire::{Request, Response};

use crate::support::{Person, world};

const TASKS: usize = 1_000;

/// Answers only when everybody has asked, and some of them again.
#[derive(Debug)]
struct Slow(Emulator);

impl Transport for Slow {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            for _ in 0..3 {
                later().await;
            }
            self.0.send(request).await
        })
    }
}

/// Not ready when it is asked first.
fn later() -> impl Future<Output = ()> {
    let mut asked = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Polls them in turn, as the threads of a runtime might.
fn all<T>(tasks: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut tasks: Vec<Pin<Box<_>>> = tasks.map(Box::pin).collect();
    let mut done = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    while !tasks.is_empty() {
        tasks.retain_mut(|task| match task.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => {
                done.push(outcome);
                false
            }
            Poll::Pending => true,
        });
    }
    done
}

/// Signed in, with role credentials that have just run out.
fn run_out(emulator: &Emulator) -> Session {
    let world = World { transport: Arc::new(Slow(emulator.clone())), ..world(emulator) };
    let session = Session::builder().world(world).load_blocking().unwrap();
    let center = session.configuration().identity_center().unwrap();
    center
        .blocking()
        .sign_in(SignInOptions::new(Flow::DeviceCode), &Person(emulator.clone()))
        .unwrap();
    session.forget();
    session.blocking().credentials().unwrap();
    emulator.clock().advance(Duration::from_secs(16 * 60));
    session
}

fn emulator() -> Emulator {
    Emulator::builder().role_duration(Duration::from_secs(15 * 60)).build()
}

fn stampede(session: &Session) -> Vec<Result<Arc<Credentials>, Error>> {
    all((0..TASKS).map(|_| session.credentials()))
}

#[test]
fn a_thousand_tasks_cost_one_call() {
    let emulator = emulator();
    let session = run_out(&emulator);
    let before = emulator.count(Operation::GetRoleCredentials);
    let outcomes = stampede(&session);
    assert_eq!(emulator.count(Operation::GetRoleCredentials), before + 1);
    let keys: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap()).collect();
    assert_eq!(keys.len(), TASKS);
    assert!(keys.iter().all(|key| key.access_key_id() == keys[0].access_key_id()));
}

#[test]
fn a_refusal_reaches_a_thousand_tasks_and_costs_one_call() {
    let emulator = emulator();
    let session = run_out(&emulator);
    let before = emulator.count(Operation::GetRoleCredentials);
    emulator
        .fail(Operation::GetRoleCredentials)
        .always()
        .with(Fault::Error("ForbiddenException".into()));
    for outcome in stampede(&session) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Refused);
    }
    assert_eq!(emulator.count(Operation::GetRoleCredentials), before + 1);
}

#[test]
fn a_thousand_tasks_refresh_once() {
    let emulator = emulator();
    let session = run_out(&emulator);
    let before = emulator.count(Operation::CreateToken);
    // Now the access token is over too.
    emulator.clock().advance(Duration::from_secs(3600));
    assert!(stampede(&session).iter().all(Result::is_ok));
    assert_eq!(emulator.count(Operation::CreateToken), before + 1);
}
