//! What a cache promises its callers.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use vestibule_provider::refresh::Policy;
use vestibule_provider::{Answer, Cached, ProvideErrorKind, Provider};
use vestibule_world::{World, block_on, memory};

use crate::source::{Says, Source, word};
use crate::tasks::{Task, finish};

const HOUR: Duration = Duration::from_secs(3600);

fn world() -> (World, memory::Clock) {
    let clock = memory::Clock::default();
    (World { clock: Arc::new(clock.clone()), ..memory::world() }, clock)
}

#[test]
fn nothing_is_asked_while_credentials_serve() {
    let (world, clock) = world();
    let source = Source::new(Says::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(Policy::STABLE);
    for _ in 0..3 {
        assert_eq!(word(block_on(cached.get(&world))), "AKID-1");
        clock.advance(HOUR / 5);
    }
    assert_eq!(source.calls(), 1);
    assert_eq!(cached.name(), "source");
    assert!(matches!(block_on(cached.provide(&world)), Ok(Answer::Credentials(_))));
    assert!(!format!("{cached:?}").contains("hidden"));
}

/// A thousand at once, with credentials that are over: one call, and its answer is everybody's.
#[track_caller]
fn check_a_thousand(policy: Policy, says: Says, expected: &str) {
    let (world, clock) = world();
    let source = Source::new(Says::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(policy);
    block_on(cached.get(&world)).unwrap();
    clock.advance(HOUR * 2);
    source.say(says);
    source.close();
    let mut tasks: Vec<_> = (0..1000).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    source.open();
    let words: Vec<_> = finish(tasks).into_iter().map(word).collect();
    assert_eq!(words, vec![expected; 1000]);
    assert_eq!((source.calls(), source.most_at_once()), (2, 1));
}

#[test]
fn a_thousand_tasks_make_one_call() {
    use ProvideErrorKind::{SignInNeeded, Transient};

    for policy in [Policy::Strict, Policy::STABLE] {
        check_a_thousand(policy, Says::Fresh(HOUR), "AKID-2");
        check_a_thousand(policy, Says::Fails(SignInNeeded), "error: no 2");
    }
    check_a_thousand(Policy::Strict, Says::Fails(Transient), "error: no 2");
    check_a_thousand(Policy::STABLE, Says::Fails(Transient), "AKID-1");
    check_a_thousand(Policy::Strict, Says::Stale, "error: it gave credentials that have expired");
    check_a_thousand(Policy::STABLE, Says::Stale, "AKID-1");
    check_a_thousand(Policy::Strict, Says::Absent, "source: nothing is set");
    check_a_thousand(Policy::STABLE, Says::Absent, "AKID-1");
}

#[test]
fn one_refreshes_early_while_the_others_go_on() {
    let (world, clock) = world();
    let source = Source::new(Says::Fresh(HOUR));
    let cached = Cached::new(source.clone()).with_policy(Policy::STABLE);
    block_on(cached.get(&world)).unwrap();
    clock.advance(HOUR * 5 / 6);
    source.close();
    let mut first = Task::new(cached.get(&world));
    assert!(first.step().is_none());
    assert_eq!(word(block_on(cached.get(&world))), "AKID-1");

    // In the last minute everybody waits for the call that is under way already.
    clock.advance(HOUR * 19 / 120);
    let mut late = Task::new(cached.get(&world));
    assert!(late.step().is_none());
    source.open();
    let words: Vec<_> = finish(vec![first, late]).into_iter().map(word).collect();
    assert_eq!(words, ["AKID-2", "AKID-2"]);
    assert_eq!(source.calls(), 2);
}

#[test]
fn a_refresh_that_is_dropped_passes_to_another() {
    let (world, _) = world();
    let source = Source::new(Says::Fresh(HOUR));
    let cached = Cached::new(source.clone());
    source.close();
    let mut tasks: Vec<_> = (0..5).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    drop(tasks.remove(0));
    drop(tasks.remove(2));
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    source.open();
    let words: Vec<_> = finish(tasks).into_iter().map(word).collect();
    assert_eq!(words, vec!["AKID-2"; 3]);
    assert_eq!(source.most_at_once(), 1);
}

#[test]
fn who_wakes_too_late_for_a_refresh_gets_the_next() {
    let (world, clock) = world();
    let source = Source::new(Says::Fresh(HOUR));
    let cached = Cached::new(source.clone());
    source.close();
    let mut tasks: Vec<_> = (0..3).map(|_| Task::new(cached.get(&world))).collect();
    assert!(tasks.iter_mut().all(|task| task.step().is_none()));
    source.open();
    assert_eq!(word(tasks.remove(0).step().unwrap()), "AKID-1");
    clock.advance(HOUR);
    let words: Vec<_> = finish(tasks).into_iter().map(word).collect();
    assert_eq!(words, ["AKID-2", "AKID-2"]);
}

#[test]
fn a_sign_in_or_out_makes_a_clean_slate() {
    let (world, _) = world();
    let source = Source::new(Says::Fails(ProvideErrorKind::SignInNeeded));
    let cached = Cached::new(source.clone());
    let ask = || word(block_on(cached.get(&world)));
    assert_eq!([ask(), ask()], ["error: no 1", "error: no 1"]);
    source.say(Says::Fresh(HOUR));
    cached.forget();
    assert_eq!(ask(), "AKID-2");
    cached.forget();

    // What was asked for before is given to who asked, and to nobody after.
    source.close();
    let mut before = Task::new(cached.get(&world));
    assert!(before.step().is_none());
    cached.forget();
    source.open();
    assert_eq!(word(before.step().unwrap()), "AKID-3");
    assert_eq!(ask(), "AKID-4");
}

#[test]
fn a_source_that_is_not_set_up_is_asked_each_time() {
    let (world, _) = world();
    let source = Source::new(Says::Absent);
    let cached = Cached::new(source.clone());
    for _ in 0..2 {
        assert_eq!(word(block_on(cached.get(&world))), "source: nothing is set");
    }
    assert!(matches!(block_on(cached.provide(&world)), Ok(Answer::NotConfigured(_))));
    assert_eq!(source.calls(), 3);
}

#[test]
fn threads_without_a_runtime_share_a_refresh() {
    let (world, _) = world();
    for _ in 0..50 {
        let source = Source::new(Says::Fresh(HOUR));
        source.close();
        let cached = Cached::new(source.clone());
        thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| word(block_on(cached.get(&world))))).collect();
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
