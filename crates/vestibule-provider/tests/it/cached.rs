//! `Cached`: when it calls its source, and what its callers get.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use vestibule_provider::{Cached, Chain, Error, ErrorKind, Lookup, Provider, RefreshPolicy};
use vestibule_types::{Credentials, SecretAccessKey};
use vestibule_world::{BoxFuture, World, block_on, memory};

use crate::source::{Response, Source, text};
use crate::tasks::{Task, finish};

const HOUR: Duration = Duration::from_secs(3600);

fn world() -> (World, memory::Clock) {
    let clock = memory::Clock::default();
    (World { clock: Arc::new(clock.clone()), ..memory::world() }, clock)
}

#[test]
fn fresh_credentials_need_no_call() {
    let (world, clock) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(RefreshPolicy::STATIC_STABILITY);
    for _ in 0..3 {
        assert_eq!(text(block_on(cached.get(&world))), "AKID-1");
        clock.advance(HOUR / 5);
    }
    assert_eq!(source.calls(), 1);
    assert_eq!(cached.name(), "source");
    assert!(matches!(block_on(cached.provide(&world)), Ok(Lookup::Credentials(_))));
    assert!(!format!("{cached:?}").contains("hidden"));
}

#[test]
fn fresh_returns_cached_credentials_until_a_refresh_is_due() {
    let (world, clock) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(RefreshPolicy::EARLY);
    let fresh = || cached.fresh(world.clock.now()).map(|it| it.access_key_id().to_owned());
    assert_eq!(fresh(), None);
    block_on(cached.get(&world)).unwrap();
    assert_eq!(fresh().as_deref(), Some("AKID-1"));
    clock.advance(HOUR);
    assert_eq!(fresh(), None);
    assert_eq!(source.calls(), 1);
}

/// A thousand concurrent calls with expired credentials: one refresh, whose result all get.
#[track_caller]
fn check_thousand_tasks(policy: RefreshPolicy, response: Response, expected: &str) {
    let (world, clock) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(policy);
    block_on(cached.get(&world)).unwrap();
    clock.advance(HOUR * 2);
    source.respond_with(response);
    source.close();
    let mut tasks: Vec<_> = (0..1000).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    source.open();
    let words: Vec<_> = finish(tasks).into_iter().map(text).collect();
    assert_eq!(words, vec![expected; 1000]);
    assert_eq!((source.calls(), source.most_at_once()), (2, 1));
}

#[test]
fn thousand_concurrent_calls_share_one_refresh() {
    use ErrorKind::{SignInNeeded, Transient};

    let expired = "error: the credentials from source expired at 2026-01-01T02:00:00Z \
                   (it is now 2026-01-01T02:00:00Z)";
    for policy in [RefreshPolicy::Strict, RefreshPolicy::EARLY, RefreshPolicy::STATIC_STABILITY] {
        check_thousand_tasks(policy, Response::Fresh(HOUR), "AKID-2");
        check_thousand_tasks(policy, Response::Error(SignInNeeded), "error: no 2");
    }
    for policy in [RefreshPolicy::Strict, RefreshPolicy::EARLY] {
        check_thousand_tasks(policy, Response::Error(Transient), "error: no 2");
        check_thousand_tasks(policy, Response::Expired, expired);
        check_thousand_tasks(policy, Response::NotConfigured, "source: nothing is set");
    }
    for response in [Response::Error(Transient), Response::Expired, Response::NotConfigured] {
        check_thousand_tasks(RefreshPolicy::STATIC_STABILITY, response, "AKID-1");
    }
}

/// The case of a laptop that slept for two hours and woke without a network.
#[test]
fn expired_credentials_of_a_service_are_never_returned() {
    let (world, clock) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(RefreshPolicy::EARLY);
    block_on(cached.get(&world)).unwrap();
    clock.advance(HOUR * 2);
    source.respond_with(Response::Error(ErrorKind::Transient));
    assert_eq!(text(block_on(cached.get(&world))), "error: no 2");
    source.respond_with(Response::Fresh(HOUR));
    assert_eq!(text(block_on(cached.get(&world))), "error: no 2");
    clock.advance(Duration::from_secs(5));
    assert_eq!(text(block_on(cached.get(&world))), "AKID-3");
}

/// A provider with its own policy and location.
#[derive(Debug)]
struct Service(Source);

impl Provider for Service {
    fn name(&self) -> &'static str {
        "service"
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        self.0.provide(world)
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::STATIC_STABILITY
    }

    fn location(&self, _: &World) -> String {
        "the service of this region".to_owned()
    }
}

#[test]
fn composed_providers_speak_for_the_one_used() {
    let (world, _) = world();
    let absent = Source::new(Response::NotConfigured);
    let service = Service(Source::new(Response::Fresh(HOUR)));
    let chain = Chain::default().then(absent).then(service);
    assert_eq!((chain.name(), &*chain.location(&world)), ("chain", "chain"));
    assert_eq!(chain.refresh_policy(), RefreshPolicy::Strict);

    let cached = Cached::new(chain.clone());
    block_on(cached.get(&world)).unwrap();
    for provider in [&chain as &dyn Provider, &cached] {
        assert_eq!(provider.name(), "service");
        assert_eq!(provider.refresh_policy(), RefreshPolicy::STATIC_STABILITY);
        assert_eq!(provider.location(&world), "the service of this region");
    }
    let failing = Service(Source::new(Response::Error(ErrorKind::Refused)));
    let chain = Chain::default().then(failing);
    assert!(block_on(chain.provide(&world)).is_err());
    assert_eq!(chain.name(), "service");
    let keys = Credentials::new("AKID", SecretAccessKey::new("hidden"));
    assert_eq!((keys.name(), &*keys.location(&world)), ("static", "static"));
    assert!(format!("{cached:?}").contains("AKID-1"), "{cached:?}");
    let strict = cached.with_policy(RefreshPolicy::Strict);
    assert_eq!(strict.refresh_policy(), RefreshPolicy::Strict);
}

#[test]
fn rejected_credentials_are_refreshed_once() {
    let (world, _) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone());
    for (rejected, expected) in
        [("none yet", "AKID-1"), ("AKID-1", "AKID-2"), ("AKID-1", "AKID-2"), ("AKID-2", "AKID-3")]
    {
        cached.invalidate(rejected);
        assert_eq!(text(block_on(cached.get(&world))), expected);
    }
    assert_eq!(source.calls(), 3);
}

#[test]
fn policy_defaults_to_that_of_the_provider_used() {
    let (world, clock) = world();
    let (absent, source) =
        (Source::new(Response::NotConfigured), Source::new(Response::Fresh(HOUR)));
    let cached = Cached::new(Chain::default().then(absent).then(Service(source.clone())));
    block_on(cached.get(&world)).unwrap();
    clock.advance(HOUR * 2);
    for response in [Response::Error(ErrorKind::Transient), Response::NotConfigured] {
        source.respond_with(response);
        assert_eq!(text(block_on(cached.get(&world))), "AKID-1");
        clock.advance(Duration::from_secs(600));
    }
}

#[test]
fn refresh_in_advisory_window_blocks_one_caller_only() {
    let (world, clock) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(RefreshPolicy::STATIC_STABILITY);
    block_on(cached.get(&world)).unwrap();
    clock.advance(HOUR * 5 / 6);
    source.close();
    let mut first = Task::new(cached.get(&world));
    assert!(first.step().is_none());
    assert_eq!(text(block_on(cached.get(&world))), "AKID-1");

    // In the last minute every caller waits for the refresh in progress.
    clock.advance(HOUR * 19 / 120);
    let mut late = Task::new(cached.get(&world));
    assert!(late.step().is_none());
    source.open();
    let words: Vec<_> = finish(vec![first, late]).into_iter().map(text).collect();
    assert_eq!(words, ["AKID-2", "AKID-2"]);
    assert_eq!(source.calls(), 2);
}

#[test]
fn dropped_refresh_is_taken_over_by_another_caller() {
    let (world, _) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone());
    source.close();
    let mut tasks: Vec<_> = (0..5).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    drop(tasks.remove(0));
    drop(tasks.remove(2));
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    source.open();
    let words: Vec<_> = finish(tasks).into_iter().map(text).collect();
    assert_eq!(words, vec!["AKID-2"; 3]);
    assert_eq!(source.most_at_once(), 1);
}

#[test]
fn waiter_polled_after_expiration_refreshes_again() {
    let (world, clock) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone());
    source.close();
    let mut tasks: Vec<_> = (0..3).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    source.open();
    assert_eq!(text(tasks.remove(0).step().unwrap()), "AKID-1");
    clock.advance(HOUR);
    let words: Vec<_> = finish(tasks).into_iter().map(text).collect();
    assert_eq!(words, ["AKID-2", "AKID-2"]);
}

#[test]
fn forget_drops_credentials_errors_and_refresh_in_progress() {
    let (world, _) = world();
    let source = Source::new(Response::Error(ErrorKind::Refused));
    let cached = Cached::new(source.clone());
    let get = || text(block_on(cached.get(&world)));
    assert_eq!([get(), get()], ["error: no 1", "error: no 1"]);
    source.respond_with(Response::Fresh(HOUR));
    cached.forget();
    assert_eq!(get(), "AKID-2");
    cached.forget();

    // The result of a refresh that started before is returned, but not cached.
    source.close();
    let mut before = Task::new(cached.get(&world));
    assert!(before.step().is_none());
    cached.forget();
    source.open();
    assert_eq!(text(before.step().unwrap()), "AKID-3");
    assert_eq!(get(), "AKID-4");
}

#[test]
fn waiters_share_the_result_of_a_refresh_that_is_forgotten() {
    let (world, _) = world();
    let source = Source::new(Response::Fresh(HOUR));
    let cached = Cached::new(source.clone());
    source.close();
    let mut tasks: Vec<_> = (0..2).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    cached.forget();
    source.open();
    let words: Vec<_> = finish(tasks).into_iter().map(text).collect();
    assert_eq!(words, ["AKID-1", "AKID-1"]);
    assert_eq!(source.calls(), 1);
}

#[test]
fn not_configured_source_is_called_each_time() {
    let (world, _) = world();
    let source = Source::new(Response::NotConfigured);
    let cached = Cached::new(source.clone());
    for _ in 0..2 {
        assert_eq!(text(block_on(cached.get(&world))), "source: nothing is set");
    }
    assert!(matches!(block_on(cached.provide(&world)), Ok(Lookup::NotConfigured(_))));
    assert_eq!(source.calls(), 3);
}

#[test]
fn threads_without_a_runtime_share_one_refresh() {
    let (world, _) = world();
    for _ in 0..50 {
        let source = Source::new(Response::Fresh(HOUR));
        source.close();
        let cached = Cached::new(source.clone());
        thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| text(block_on(cached.get(&world))))).collect();
            while source.calls() == 0 {
                thread::yield_now();
            }
            source.open();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), "AKID-1");
            }
        });
        assert_eq!(source.calls(), 1);
    }
}
