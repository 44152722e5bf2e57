use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use vestibule::world::{BoxFuture, Transport, TransportError, TransportErrorKind, World, block_on};
use vestibule::{Configuration, Error, ErrorKind};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_sync::{Assignments, Filter, Progress, discard_checkpoint, list_assignments};
use vestibule_test_env::sign_in;
use vestibule_wire::{Request, Response};

use crate::portal::{load, signed_in, with_accounts, with_transport};

fn list(world: &World, filter: &Filter) -> Result<Assignments, Error> {
    let configuration = load(world);
    let center = configuration.identity_center_named("my-sso", "--sso-session")?;
    block_on(list_assignments(&center, filter, &|_| {}))
}

/// Returns the number of `ListAccountRoles` calls.
fn role_calls(emulator: &Emulator) -> u64 {
    emulator.count(Operation::ListAccountRoles)
}

/// A transport to the emulator whose responses can be replaced.
struct Intercepted<F> {
    emulator: Emulator,
    intercept: F,
}

impl<F> std::fmt::Debug for Intercepted<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Intercepted")
    }
}

type SendResult = Result<Response, TransportError>;

impl<F: Fn(&Request) -> Option<Poll<SendResult>> + Send + Sync> Transport for Intercepted<F> {
    fn send(&self, request: Request) -> BoxFuture<'_, SendResult> {
        match (self.intercept)(&request) {
            Some(Poll::Ready(result)) => Box::pin(std::future::ready(result)),
            Some(Poll::Pending) => Box::pin(std::future::pending()),
            None => self.emulator.send(request),
        }
    }
}

#[test]
fn thousand_accounts_take_a_minute_at_twenty_calls_a_second() {
    let emulator = with_accounts(1000);
    let world = signed_in(&emulator);
    let began = world.clock.now();
    let listed = list(&world, &Filter::default()).unwrap();
    assert!(listed.is_complete());
    assert_eq!(listed.count(), (1000, 3000));
    assert!(world.clock.now().saturating_since(began) < Duration::from_secs(60));
    let requests = emulator.requests();
    for window in requests.windows(21) {
        let span = window[20].at.saturating_since(window[0].at);
        assert!(Duration::from_secs(1) <= span, "21 calls in {span:?}");
    }
}

#[test]
fn processes_share_twenty_calls_a_second() {
    let emulator = with_accounts(200);
    let world = signed_in(&emulator);
    let (first, second) = (load(&world), load(&world));
    let center = |configuration: &Configuration| {
        configuration.identity_center_named("my-sso", "--sso-session").unwrap()
    };
    let (first, second) = (center(&first), center(&second));
    let filter = Filter::default();
    let mut runs =
        [&first, &second].map(|center| Some(Box::pin(list_assignments(center, &filter, &|_| {}))));
    block_on(poll_fn(|context| {
        for run in &mut runs {
            if run.as_mut().is_some_and(|run| run.as_mut().poll(context).is_ready()) {
                *run = None;
            }
        }
        if runs.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    }));
    let requests = emulator.requests();
    for window in requests.windows(21) {
        let span = window[20].at.saturating_since(window[0].at);
        // A request may be sent one slot late; without sharing, the span is half a second.
        assert!(Duration::from_millis(950) <= span, "21 calls in {span:?}");
    }
}

#[test]
fn interrupted_run_is_resumed() {
    let emulator = with_accounts(250);
    let world = signed_in(&emulator);
    let left = AtomicU32::new(150);
    let stuck = Intercepted {
        emulator: emulator.clone(),
        intercept: move |_: &Request| {
            let is_left =
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
            is_left.is_err().then_some(Poll::Pending)
        },
    };
    let broken = with_transport(&world, stuck);
    let configuration = load(&broken);
    let center = configuration.identity_center_named("my-sso", "--sso-session").unwrap();
    let filter = Filter::default();
    {
        let mut listing = pin!(list_assignments(&center, &filter, &|_| {}));
        let polled = listing.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    let before = role_calls(&emulator);
    assert!(140 <= before, "{before}");
    assert_eq!(list(&world, &filter).unwrap().count(), (250, 750));
    // The calls of the last second may be repeated.
    assert!(role_calls(&emulator) <= 250 + 20, "{}", role_calls(&emulator));
    assert_eq!(emulator.count(Operation::ListAccounts), 3);

    // The checkpoint serves later runs, too, until it is discarded.
    list(&world, &filter).unwrap();
    assert!(role_calls(&emulator) <= 250 + 20);
    let configuration = load(&world);
    discard_checkpoint(&configuration.identity_center_named("my-sso", "--sso-session").unwrap());
    list(&world, &filter).unwrap();
    assert!(500 <= role_calls(&emulator));
}

#[test]
fn checkpoint_that_is_old_or_of_another_token_is_ignored() {
    let emulator = with_accounts(3);
    let world = signed_in(&emulator);
    list(&world, &Filter::default()).unwrap();
    emulator.clock().advance(Duration::from_secs(14 * 60));
    list(&world, &Filter::default()).unwrap();
    assert_eq!(role_calls(&emulator), 3);
    emulator.clock().advance(Duration::from_secs(2 * 60));
    list(&world, &Filter::default()).unwrap();
    assert_eq!(role_calls(&emulator), 6);
    sign_in(&world, &emulator);
    list(&world, &Filter::default()).unwrap();
    assert_eq!(role_calls(&emulator), 9);
}

#[test]
fn excluded_accounts_are_not_queried() {
    let emulator = with_accounts(12);
    let world = signed_in(&emulator);
    let filter = Filter::new(&["sample 1*"], &["Sample 11"]).unwrap();
    assert_eq!(list(&world, &filter).unwrap().count(), (2, 6));
    assert_eq!(role_calls(&emulator), 2);
    // The checkpoint does not depend on the filter.
    assert_eq!(list(&world, &Filter::default()).unwrap().count(), (12, 36));
    assert_eq!(role_calls(&emulator), 12);
}

#[test]
fn account_that_fails_is_reported_and_queried_again() {
    let emulator = with_accounts(3);
    let world = signed_in(&emulator);
    let forbid = |request: &Request| {
        let is_it = request.uri().query()?.contains("account_id=200000000001");
        let response = http::Response::builder().status(403).body(bytes::Bytes::new()).unwrap();
        is_it.then_some(Poll::Ready(Ok(response)))
    };
    let broken =
        with_transport(&world, Intercepted { emulator: emulator.clone(), intercept: forbid });
    let listed = list(&broken, &Filter::default()).unwrap();
    assert!(!listed.is_complete());
    assert_eq!(listed.count(), (2, 6));
    assert_eq!(listed.failed[0].account_id.as_str(), "200000000001");
    assert!(listed.failed[0].error.to_string().starts_with("no access to account `200000000001`"));
    assert_eq!(list(&world, &Filter::default()).unwrap().count(), (3, 9));
    assert_eq!(role_calls(&emulator), 3);
}

#[test]
fn throttled_call_is_retried() {
    let emulator = with_accounts(40);
    let world = signed_in(&emulator);
    emulator.fail(Operation::ListAccountRoles).times(3).with(Fault::throttled());
    assert_eq!(list(&world, &Filter::default()).unwrap().count(), (40, 120));
    assert_eq!(role_calls(&emulator), 43);
}

#[test]
fn unavailable_portal_is_an_error_after_a_few_accounts() {
    let emulator = with_accounts(100);
    let world = signed_in(&emulator);
    let count = Arc::new(AtomicU32::new(0));
    let counter = count.clone();
    let lost = move |request: &Request| {
        let is_it = request.uri().path() == "/assignment/roles";
        let error = || TransportError::new(TransportErrorKind::Lost, "http://portal.test");
        is_it.then(|| {
            counter.fetch_add(1, Ordering::SeqCst);
            Poll::Ready(Err(error()))
        })
    };
    let broken = with_transport(&world, Intercepted { emulator, intercept: lost });
    let error = list(&broken, &Filter::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(count.load(Ordering::SeqCst) <= 5 * 8);
}

#[test]
fn session_revoked_during_the_run_is_an_error() {
    let emulator = with_accounts(100);
    let world = signed_in(&emulator);
    let configuration = load(&world);
    let center = configuration.identity_center_named("my-sso", "--sso-session").unwrap();
    let seen = Mutex::new(Vec::new());
    let watch = |event: Progress| {
        if event == (Progress::Roles { done: 50, total: 100 }) {
            emulator.revoke_sessions();
        }
        seen.lock().unwrap().push(event);
    };
    let error = block_on(list_assignments(&center, &Filter::default(), &watch)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded);
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen[..2], [Progress::Accounts, Progress::Roles { done: 0, total: 100 }]);
    assert_eq!(role_calls(&emulator), 51);
}

#[test]
fn checkpoint_contains_no_token() {
    let emulator = with_accounts(2);
    let world = signed_in(&emulator);
    list(&world, &Filter::default()).unwrap();
    let folder = std::path::Path::new("/home/.aws/vestibule");
    let kept: Vec<_> = world.files.list(folder).unwrap();
    let kept: Vec<_> =
        kept.iter().filter(|path| path.extension().is_some_and(|kind| kind == "sync")).collect();
    assert_eq!(kept.len(), 1);
    let text = String::from_utf8(world.files.read(kept[0]).unwrap().to_vec()).unwrap();
    for secret in emulator.secrets() {
        assert!(!text.contains(&secret));
    }
}
