use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use vestibule::world::{BoxFuture, Transport, TransportError, TransportErrorKind, World, block_on};
use vestibule::{Error, ErrorKind};
use vestibule_emulator::{Emulator, Fault, Operation};
use vestibule_sync::{Assignments, Event, Filter, forget, walk};
use vestibule_wire::{Request, Response};

use crate::portal::{over, sign_in, signed_in, through, with_accounts};

fn list(world: &World, filter: &Filter) -> Result<Assignments, Error> {
    let configuration = over(world);
    let center = configuration.identity_center_named("my-sso", "--sso-session")?;
    block_on(walk(&center, filter, &|_| {}))
}

/// How often the roles of an account were asked for.
fn asked(emulator: &Emulator) -> u64 {
    emulator.count(Operation::ListAccountRoles)
}

/// Goes to the emulator, but for what `other` answers.
struct Instead<F> {
    emulator: Emulator,
    other: F,
}

impl<F> std::fmt::Debug for Instead<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Instead")
    }
}

type Answer = Result<Response, TransportError>;

impl<F: Fn(&Request) -> Option<Poll<Answer>> + Send + Sync> Transport for Instead<F> {
    fn send(&self, request: Request) -> BoxFuture<'_, Answer> {
        match (self.other)(&request) {
            Some(Poll::Ready(answer)) => Box::pin(std::future::ready(answer)),
            Some(Poll::Pending) => Box::pin(std::future::pending()),
            None => self.emulator.send(request),
        }
    }
}

#[test]
fn a_thousand_accounts_take_less_than_a_minute_and_no_second_has_more_than_twenty_calls() {
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
fn a_run_that_is_killed_is_gone_on_with() {
    let emulator = with_accounts(250);
    let world = signed_in(&emulator);
    let left = AtomicU32::new(150);
    let stuck = Instead {
        emulator: emulator.clone(),
        other: move |_: &Request| {
            let is_left =
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
            is_left.is_err().then_some(Poll::Pending)
        },
    };
    let broken = through(&world, stuck);
    let configuration = over(&broken);
    let center = configuration.identity_center_named("my-sso", "--sso-session").unwrap();
    let filter = Filter::default();
    {
        let mut walk = pin!(walk(&center, &filter, &|_| {}));
        let polled = walk.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    let before = asked(&emulator);
    assert!(140 <= before, "{before}");
    assert_eq!(list(&world, &filter).unwrap().count(), (250, 750));
    // A second's worth may be asked for again.
    assert!(asked(&emulator) <= 250 + 20, "{}", asked(&emulator));
    assert_eq!(emulator.count(Operation::ListAccounts), 3);

    // What is known serves the run after it too, until it is forgotten.
    list(&world, &filter).unwrap();
    assert!(asked(&emulator) <= 250 + 20);
    let configuration = over(&world);
    forget(&configuration.identity_center_named("my-sso", "--sso-session").unwrap());
    list(&world, &filter).unwrap();
    assert!(500 <= asked(&emulator));
}

#[test]
fn what_is_old_or_somebody_elses_is_listed_anew() {
    let emulator = with_accounts(3);
    let world = signed_in(&emulator);
    list(&world, &Filter::default()).unwrap();
    emulator.clock().advance(Duration::from_secs(14 * 60));
    list(&world, &Filter::default()).unwrap();
    assert_eq!(asked(&emulator), 3);
    emulator.clock().advance(Duration::from_secs(2 * 60));
    list(&world, &Filter::default()).unwrap();
    assert_eq!(asked(&emulator), 6);
    sign_in(&world, &emulator);
    list(&world, &Filter::default()).unwrap();
    assert_eq!(asked(&emulator), 9);
}

#[test]
fn what_the_filter_leaves_out_is_not_asked_for() {
    let emulator = with_accounts(12);
    let world = signed_in(&emulator);
    let filter = Filter::new(&["sample 1*"], &["Sample 11"]).unwrap();
    assert_eq!(list(&world, &filter).unwrap().count(), (2, 6));
    assert_eq!(asked(&emulator), 2);
    // Another filter goes on with the same list.
    assert_eq!(list(&world, &Filter::default()).unwrap().count(), (12, 36));
    assert_eq!(asked(&emulator), 12);
}

#[test]
fn an_account_that_refuses_is_reported_and_asked_again_next_time() {
    let emulator = with_accounts(3);
    let world = signed_in(&emulator);
    let forbids = |request: &Request| {
        let is_it = request.uri().query()?.contains("account_id=200000000001");
        let answer = http::Response::builder().status(403).body(bytes::Bytes::new()).unwrap();
        is_it.then_some(Poll::Ready(Ok(answer)))
    };
    let broken = through(&world, Instead { emulator: emulator.clone(), other: forbids });
    let listed = list(&broken, &Filter::default()).unwrap();
    assert!(!listed.is_complete());
    assert_eq!(listed.count(), (2, 6));
    assert_eq!(listed.failed[0].account_id.as_str(), "200000000001");
    assert!(listed.failed[0].reason.starts_with("no access to account `200000000001`"));
    assert_eq!(list(&world, &Filter::default()).unwrap().count(), (3, 9));
    assert_eq!(asked(&emulator), 3);
}

#[test]
fn throttling_holds_all_calls_back_and_loses_none() {
    let emulator = with_accounts(40);
    let world = signed_in(&emulator);
    emulator.fail(Operation::ListAccountRoles).times(3).with(Fault::throttled());
    assert_eq!(list(&world, &Filter::default()).unwrap().count(), (40, 120));
    assert_eq!(asked(&emulator), 43);
}

#[test]
fn a_portal_out_of_reach_ends_it_soon_and_the_list_is_not_short() {
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
    let broken = through(&world, Instead { emulator, other: lost });
    let error = list(&broken, &Filter::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(count.load(Ordering::SeqCst) <= 5 * 8);
}

#[test]
fn a_session_that_ends_in_between_says_so() {
    let emulator = with_accounts(100);
    let world = signed_in(&emulator);
    let configuration = over(&world);
    let center = configuration.identity_center_named("my-sso", "--sso-session").unwrap();
    let seen = Mutex::new(Vec::new());
    let watch = |event: Event| {
        if event == (Event::Roles { done: 50, of: 100 }) {
            emulator.revoke_sessions();
        }
        seen.lock().unwrap().push(event);
    };
    let error = block_on(walk(&center, &Filter::default(), &watch)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded);
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen[..2], [Event::Accounts, Event::Roles { done: 0, of: 100 }]);
    assert_eq!(asked(&emulator), 51);
}

#[test]
fn what_is_kept_is_ours_alone_and_has_no_token_in_it() {
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
