//! Schedules of the refresh protocol.
#![cfg(test)]

use vestibule_simulation::{Options, PlantedBug, run};

/// `cargo xtask test` runs 20,000, optimized.
const SCHEDULES: u64 = 150;

#[test]
fn random_schedules_break_no_law() {
    let report = run(Options::new(SCHEDULES, 1));
    let violation = report.violation.map(|violation| (violation.seed, violation.law));
    assert_eq!(violation, None);
    assert_eq!(report.schedules, SCHEDULES);
    assert!(0 < report.refreshes && 0 < report.kills);
    assert!(!report.losses.is_empty(), "the faults are severe enough to lose sessions");
}

#[test]
fn seed_replays_the_same_steps() {
    for seed in 1..=10 {
        let options = Options::new(1, seed).with_trace();
        let [first, second] = [run(options), run(options)];
        assert_eq!(first.trace, second.trace);
        assert_eq!(first.digest, second.digest);
        assert!(!first.trace.is_empty());
    }
}

#[test]
fn seed_of_a_violation_replays_it_alone() {
    let found = run(Options::new(10_000, 1).with_planted_bug(PlantedBug::StoreBeforeProbe));
    let found = found.violation.expect("the planted bug is found");
    let options = Options::new(1, found.seed).with_planted_bug(PlantedBug::StoreBeforeProbe);
    let replayed = run(options).violation.expect("the seed replays it");
    assert_eq!((replayed.seed, replayed.law), (found.seed, found.law));
}

#[test]
fn every_planted_bug_is_found_within_10_000_schedules() {
    for bug in PlantedBug::ALL {
        let report = run(Options::new(10_000, 1).with_planted_bug(bug));
        assert!(report.violation.is_some(), "{bug}");
        let name = bug.to_string();
        assert_eq!(name.parse::<PlantedBug>().unwrap(), bug);
    }
}
