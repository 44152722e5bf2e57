//! Waiting for another process that refreshes the same token.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock, Files as _, World, WriteMode, block_on, memory};

use crate::refresh::rotating;
use crate::support::{TOKEN_FILE, TestEnv};

type Event = (Timestamp, Box<dyn FnOnce() + Send>);

/// A clock by which other processes act.
struct Timeline {
    clock: memory::Clock,
    events: Mutex<Vec<Event>>,
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timeline(..)")
    }
}

impl Clock for Timeline {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        self.clock.advance(span);
        let now = self.clock.now();
        let mut events = self.events.lock().unwrap();
        for (_, event) in events.extract_if(.., |(at, _)| *at <= now) {
            event();
        }
        Box::pin(async {})
    }
}

fn beside(extension: &str) -> String {
    TOKEN_FILE.replace("json", extension)
}

/// Refreshes an expired token whose lock another process holds, and returns the seconds it took.
fn refresh_beside_others(env: &TestEnv, events: Vec<(u64, Box<dyn FnOnce() + Send>)>) -> u64 {
    env.store(-60, Some("old-refresh"));
    let start = env.clock.now();
    let events = events.into_iter().map(|(at, event)| (start + Duration::from_secs(at), event));
    let events = Mutex::new(events.collect());
    let clock = Arc::new(Timeline { clock: env.clock.clone(), events });
    let world = World { clock, ..env.world.clone() };
    let token = block_on(env.sessions.live_token(&world, &env.instance)).unwrap();
    assert_eq!(token.access_token.expose(), "new-access");
    env.clock.now().saturating_since(start).as_secs()
}

#[test]
fn lock_of_a_process_that_hangs_is_waited_for_once() {
    let env = rotating();
    let _held = env.files.try_lock(Path::new(&beside("lock"))).unwrap().unwrap();
    assert_eq!(refresh_beside_others(&env, Vec::new()), 150);
}

#[test]
fn lock_that_several_processes_take_in_turn_is_waited_for() {
    let env = rotating();
    let held = env.files.try_lock(Path::new(&beside("lock"))).unwrap().unwrap();
    let files = env.files.clone();
    let request = move |record: &str| {
        let path = beside("session");
        files.replace(Path::new(&path), record.as_bytes(), WriteMode::BestEffort).unwrap();
    };
    request(r#"{"requestId":"1"}"#);
    // The first process gives up after 120 seconds, and the next one sends its request.
    let second_process = move || request(r#"{"requestId":"2"}"#);
    let took = refresh_beside_others(
        &env,
        vec![(120, Box::new(second_process)), (240, Box::new(move || drop(held)))],
    );
    assert_eq!(took, 240);
}
