//! Any schedule of callers, times and failures: at most one refresh at a time.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use vestibule_provider::{Cached, ErrorKind, Lookup, RefreshPolicy};
use vestibule_world::{Clock, World, memory};

use crate::source::{Response, Source};
use crate::tasks::{Task, finish};

#[derive(Clone, Debug)]
enum Event {
    Start,
    /// Polls a task, woken or not.
    Poll(usize),
    /// Polls every task that has been woken.
    Run,
    Drop(usize),
    Open,
    Close,
    RespondWith(Response),
    Advance(u64),
    Invalidate(u32),
}

fn event() -> impl Strategy<Value = Event> {
    let response = prop_oneof![
        (1..20_000_u64).prop_map(|seconds| Response::Fresh(Duration::from_secs(seconds))),
        Just(Response::Expired),
        Just(Response::NotConfigured),
        Just(Response::Error(ErrorKind::Transient)),
        Just(Response::Error(ErrorKind::SignInNeeded)),
    ];
    prop_oneof![
        6 => Just(Event::Start),
        4 => any::<usize>().prop_map(Event::Poll),
        4 => Just(Event::Run),
        2 => any::<usize>().prop_map(Event::Drop),
        3 => Just(Event::Open),
        3 => Just(Event::Close),
        3 => response.prop_map(Event::RespondWith),
        3 => prop_oneof![0..10_u64, 0..4000_u64].prop_map(Event::Advance),
        1 => (1..6_u32).prop_map(Event::Invalidate),
    ]
}

proptest! {
    #[test]
    fn any_schedule_refreshes_once_at_a_time(
        policy in prop_oneof![
            Just(RefreshPolicy::Strict),
            Just(RefreshPolicy::EARLY),
            Just(RefreshPolicy::STATIC_STABILITY),
        ],
        events in prop::collection::vec(event(), 1..80),
    ) {
        let clock = memory::Clock::default();
        let world = World { clock: Arc::new(clock.clone()), ..memory::world() };
        let source = Source::new(Response::Fresh(Duration::from_secs(3600)));
        let cached = Cached::new(source.clone()).with_policy(policy);
        // Only static stability returns expired credentials.
        let call = || async {
            let found = cached.get(&world).await;
            if let Ok(Lookup::Credentials(keys)) = &found {
                assert!(policy == RefreshPolicy::STATIC_STABILITY || !keys.is_expired(clock.now()));
            }
        };

        let mut tasks = Vec::new();
        for event in events {
            let count = tasks.len();
            match event {
                Event::Start => tasks.push(Task::new(call())),
                Event::Poll(at) if 0 < count => {
                    if tasks[at % count].poll().is_some() {
                        tasks.swap_remove(at % count);
                    }
                }
                Event::Run => tasks.retain_mut(|task| task.step().is_none()),
                Event::Drop(at) if 0 < count => drop(tasks.swap_remove(at % count)),
                Event::Poll(_) | Event::Drop(_) => {}
                Event::Open => source.open(),
                Event::Close => source.close(),
                Event::RespondWith(response) => source.respond_with(response),
                Event::Advance(seconds) => clock.advance(Duration::from_secs(seconds)),
                Event::Invalidate(number) => cached.invalidate(&format!("AKID-{number}")),
            }
        }
        source.open();
        finish(tasks);
        prop_assert!(source.most_at_once() <= 1);
    }
}
