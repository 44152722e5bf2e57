use std::future::ready;
use std::time::{Duration, SystemTime};

use vestibule_os::BlockingClock;
use vestibule_world::{Clock, Either, block_on, race};

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(1);
/// The longest there is.
const TICK: Duration = Duration::from_millis(10);

#[test]
fn time_passes() {
    let before = BlockingClock.now();
    block_on(BlockingClock.sleep(2 * TICK));
    assert!(before < BlockingClock.now());
}

#[test]
fn the_time_is_the_systems_but_for_a_tick() {
    // A busy virtual machine gets some ticks late.
    let late = 5 * TICK;
    for _ in 0..1_000 {
        let before = SystemTime::now();
        let told = SystemTime::from(BlockingClock.now());
        let after = SystemTime::now();
        assert!(before <= told + late, "{before:?} is told as {told:?}");
        assert!(told <= after, "{after:?} is told as {told:?}");
    }
}

#[test]
fn a_sleep_can_lose_a_race() {
    let winner = block_on(race(BlockingClock.sleep(HOUR), ready(())));
    assert!(matches!(winner, Either::Second(())));
    let winner = block_on(race(BlockingClock.sleep(HOUR), BlockingClock.sleep(MOMENT)));
    assert!(matches!(winner, Either::Second(())));
}

#[cfg(feature = "tokio")]
#[test]
fn the_clock_for_tokio_runs_without_it_too() {
    use vestibule_os::TokioClock;

    block_on(TokioClock.sleep(MOMENT));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(TokioClock.sleep(MOMENT));
}
