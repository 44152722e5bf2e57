use std::future::ready;
use std::time::Duration;

use vestibule_os::BlockingClock;
use vestibule_world::{Clock, Either, block_on, race};

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(1);

#[test]
fn time_passes() {
    let before = BlockingClock.now();
    block_on(BlockingClock.sleep(MOMENT));
    assert!(before < BlockingClock.now());
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
