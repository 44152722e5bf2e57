//! A thousand concurrent tasks that share one request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use vestibule::world::{BoxFuture, Transport, TransportError, World};
use vestibule::{Credentials, Error, ErrorKind, Session};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_test_env::world;
use vestibule_wire::{Request, Response};

use crate::support::sign_in;

const TASKS: usize = 1_000;

/// A transport that responds after all tasks have been polled, some of them again.
#[derive(Debug)]
struct Slow(Emulator);

impl Transport for Slow {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            for _ in 0..3 {
                yield_once().await;
            }
            self.0.send(request).await
        })
    }
}

/// Returns a future that is pending when it is first polled.
fn yield_once() -> impl Future<Output = ()> {
    let mut is_polled = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut is_polled, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Polls tasks in turn until all are complete, and returns their results.
fn run<T>(tasks: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
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

/// Returns a session that is signed in, with role credentials that just expired.
fn with_expired_credentials(emulator: &Emulator) -> Session {
    let world = World { transport: Arc::new(Slow(emulator.clone())), ..world(emulator) };
    let session = Session::builder().world(world).load_blocking().unwrap();
    sign_in(&session, emulator);
    session.blocking().credentials().unwrap();
    emulator.clock().advance(Duration::from_secs(16 * 60));
    session
}

fn emulator() -> Emulator {
    Emulator::builder().role_duration(Duration::from_secs(15 * 60)).build()
}

fn credentials_of_all_tasks(session: &Session) -> Vec<Result<Arc<Credentials>, Error>> {
    run((0..TASKS).map(|_| session.credentials()))
}

#[test]
fn expired_credentials_cause_one_request_for_all_tasks() {
    let emulator = emulator();
    let session = with_expired_credentials(&emulator);
    let before = emulator.count(Operation::GetRoleCredentials);
    let outcomes = credentials_of_all_tasks(&session);
    assert_eq!(emulator.count(Operation::GetRoleCredentials), before + 1);
    let keys: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap()).collect();
    assert_eq!(keys.len(), TASKS);
    assert!(keys.iter().all(|key| key.access_key_id() == keys[0].access_key_id()));
}

#[test]
fn denied_request_is_an_error_of_all_tasks() {
    let emulator = emulator();
    let session = with_expired_credentials(&emulator);
    let before = emulator.count(Operation::GetRoleCredentials);
    emulator
        .fail(Operation::GetRoleCredentials)
        .always()
        .with(Fault::Error("ForbiddenException".into()));
    for outcome in credentials_of_all_tasks(&session) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Refused);
    }
    assert_eq!(emulator.count(Operation::GetRoleCredentials), before + 1);
}

#[test]
fn expired_token_is_refreshed_once_for_all_tasks() {
    let emulator = emulator();
    let session = with_expired_credentials(&emulator);
    let before = emulator.count(Operation::CreateToken);
    // The access token expires too.
    emulator.clock().advance(Duration::from_secs(3600));
    assert!(credentials_of_all_tasks(&session).iter().all(Result::is_ok));
    assert_eq!(emulator.count(Operation::CreateToken), before + 1);
}
