//! Many at once, and still one refresh, one page, one call.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use vestibule_emulator::{Fault, Operation};

use crate::support::{Lab, Ran};

const HERD: usize = 64;

/// Starts so many of the same program at once, and waits for all of them.
fn herd(lab: &Lab, args: &[&str]) -> Vec<Ran> {
    let gate = Barrier::new(HERD);
    thread::scope(|scope| {
        let runs: Vec<_> = (0..HERD)
            .map(|_| {
                scope.spawn(|| {
                    gate.wait();
                    lab.run(args)
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

/// Signed in, a while ago: access token and role credentials are over.
fn an_hour_later() -> Lab {
    let lab = Lab::signed_in();
    lab.run(["export-credentials"]).succeeded();
    lab.pass(Duration::from_secs(3600));
    lab
}

#[test]
fn processes_at_once_refresh_once() {
    let lab = an_hour_later();
    // A spent refresh token is refused, so a second refresh would be somebody's failure.
    lab.emulator.fail(Operation::CreateToken).with(Fault::Latency(Duration::from_millis(200)));
    let before = lab.token();
    for run in herd(&lab, &["export-credentials"]) {
        assert!(run.succeeded().json()["SessionToken"].is_string());
    }
    assert_eq!(lab.emulator.count(Operation::CreateToken), 2, "a sign-in and a refresh");
    assert_ne!(lab.token()["refreshToken"], before["refreshToken"]);
    assert!(lab.leftovers().is_empty(), "{:?}", lab.leftovers());
}

#[test]
fn processes_at_once_open_one_page() {
    let lab = Lab::new();
    let runs = herd(&lab, &["login", "--json"]);
    let mut events: Vec<String> = Vec::new();
    for run in &runs {
        let said = run.succeeded().events();
        events.extend(said.iter().map(|event| event["event"].as_str().unwrap().to_owned()));
    }
    assert_eq!(events.iter().filter(|event| *event == "open").count(), 1, "{events:?}");
    assert_eq!(events.len(), HERD + 1);
    assert_eq!(lab.pages_opened().len(), 1);
    assert_eq!(lab.emulator.count(Operation::RegisterClient), 1);
    assert_eq!(lab.emulator.count(Operation::CreateToken), 1);
}
