//! What the state of a session says agrees with what the next request for a token does, after each
//! step of random histories over virtual time.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use vestibule_sso::{SessionState, Sessions};
use vestibule_types::{Region, Timestamp};
use vestibule_world::{
    Clock as _, Files as _, TransportError, TransportErrorKind, World, WriteMode, block_on, memory,
};

use crate::support::{TOKEN_FILE, TestEnv};

/// Number of histories; `VESTIBULE_HISTORIES=100000` for a full run.
#[expect(clippy::disallowed_methods, reason = "a test has no `Vars`")]
fn histories() -> u64 {
    let count = std::env::var("VESTIBULE_HISTORIES").ok();
    count.and_then(|count| count.parse().ok()).unwrap_or(3_000)
}

/// Pseudo-random choices (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A service whose refresh tokens work once.
#[derive(Debug)]
struct Service {
    serial: u64,
    /// The refresh token that works.
    refresh: Option<u64>,
    session_end: Timestamp,
    loses_response: bool,
    requests: u64,
}

impl Service {
    fn rotate(&mut self) -> u64 {
        self.serial += 1;
        self.refresh = Some(self.serial);
        self.serial
    }
}

struct History {
    env: TestEnv,
    world: World,
    service: Arc<Mutex<Service>>,
}

impl History {
    fn new() -> Self {
        let env = TestEnv::new(|_, _| (500, ""));
        let service = Arc::new(Mutex::new(Service {
            serial: 0,
            refresh: None,
            session_end: env.clock.now(),
            loses_response: false,
            requests: 0,
        }));
        let (state, clock) = (service.clone(), env.clock.clone());
        let transport = memory::Transport::new(move |request| {
            let mut service = state.lock().unwrap();
            service.requests += 1;
            let body = String::from_utf8_lossy(request.body()).into_owned();
            let accepted = service.refresh.is_some_and(|refresh| {
                body.contains(&format!("refresh-{refresh}\"")) && clock.now() < service.session_end
            });
            let (status, text) = if accepted {
                let n = service.rotate();
                let text = format!(
                    r#"{{"accessToken":"access-{n}","expiresIn":3600,"refreshToken":"refresh-{n}"}}"#
                );
                (200, text)
            } else {
                (400, r#"{"error":"invalid_grant"}"#.to_owned())
            };
            if std::mem::take(&mut service.loses_response) {
                return Err(TransportError::new(TransportErrorKind::Lost, "http://oidc.test"));
            }
            Ok(http::Response::builder().status(status).body(Bytes::from(text)).unwrap())
        });
        let world = World { transport: Arc::new(transport), ..env.world.clone() };
        Self { env, world, service }
    }

    /// Stores what another tool got for this refresh token.
    fn store(&self, n: u64) {
        let text =
            self.env.token_text(&format!("access-{n}"), 3_600, Some(&format!("refresh-{n}")));
        self.env.store_text(&text);
    }

    fn step(&mut self, choice: u64) {
        let path = Path::new(TOKEN_FILE);
        match choice {
            0 => {
                let n = {
                    let mut service = self.service.lock().unwrap();
                    service.session_end = self.env.clock.now() + Duration::from_secs(8 * 3600);
                    service.rotate()
                };
                self.store(n);
            }
            1 => {
                let mut service = self.service.lock().unwrap();
                if service.refresh.is_some() && self.env.clock.now() < service.session_end {
                    let n = service.rotate();
                    drop(service);
                    self.store(n);
                }
            }
            2 => self.service.lock().unwrap().refresh = None,
            3 => drop(self.env.files.remove(path)),
            4 => drop(self.env.files.replace(path, b"{\"accessToken\": \"", WriteMode::Durable)),
            5 => self.service.lock().unwrap().loses_response = true,
            6 => {
                let now = self.env.instance.session.region.as_str() == "us-east-1";
                let region = if now { "us-east-2" } else { "us-east-1" };
                self.env.instance.session.region = Region::new(region).unwrap();
            }
            // Another process.
            7 => {
                self.env.sessions = Sessions::at_home(&self.world.vars, self.world.platform);
            }
            8 => drop(block_on(self.env.sessions.sign_out(&self.world, &self.env.instance))),
            9 => self.env.clock.advance(Duration::from_secs(9 * 3600)),
            n => self.env.clock.advance(Duration::from_secs(60 << (n % 7))),
        }
    }

    fn state(&self) -> SessionState {
        let status = block_on(self.env.sessions.status(&self.world, &self.env.instance));
        status.state.unwrap()
    }

    fn check(&self) -> Result<(), String> {
        let before = self.state();
        let requests = self.service.lock().unwrap().requests;
        let token = block_on(self.env.sessions.live_token(&self.world, &self.env.instance));
        let sent = self.service.lock().unwrap().requests - requests;
        let after = self.state();
        match (&before, &token) {
            (state, Err(error)) if state.needs_sign_in() && error.needs_sign_in() && sent == 0 => {}
            (SessionState::Valid { .. }, Ok(token)) if !token.is_expired(self.env.clock.now()) => {}
            (SessionState::Refreshable { .. }, Ok(_)) if after.is_valid() => {}
            (SessionState::Refreshable { .. }, Err(error)) if !error.needs_sign_in() => {}
            (SessionState::Refreshable { .. }, Err(_)) if after.needs_sign_in() => {}
            _ => return Err(format!("{before:?} -> {token:?} -> {after:?}, {sent} requests")),
        }
        Ok(())
    }
}

#[test]
fn state_agrees_with_the_next_request_after_each_step_of_a_random_history() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for history in 0..histories() {
        let mut run = History::new();
        let mut steps = Vec::new();
        for _ in 0..12 {
            let choice = random.below(17);
            steps.push(choice);
            run.step(choice);
            // A step may be followed by another before anything asks for a token.
            if random.below(3) < 2
                && let Err(problem) = run.check()
            {
                panic!("history {history}, steps {steps:?}: {problem}");
            }
        }
    }
}
