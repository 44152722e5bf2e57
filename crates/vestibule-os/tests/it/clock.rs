use std::future::ready;
use std::time::{Duration, SystemTime};

use vestibule_os::BlockingClock;
use vestibule_world::{Clock, Either, block_on, race};

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(1);
/// The longest tick of a Linux kernel.
const TICK: Duration = Duration::from_millis(10);

#[test]
fn time_advances_during_a_sleep() {
    let before = BlockingClock.now();
    block_on(BlockingClock.sleep(2 * TICK));
    assert!(before < BlockingClock.now());
}

#[test]
fn time_is_at_most_a_tick_late() {
    // A busy virtual machine counts some ticks late.
    let late = 5 * TICK;
    for _ in 0..1_000 {
        let before = SystemTime::now();
        let read = SystemTime::from(BlockingClock.now());
        let after = SystemTime::now();
        assert!(before <= read + late, "{before:?} is read as {read:?}");
        assert!(read <= after, "{after:?} is read as {read:?}");
    }
}

#[test]
fn sleep_can_be_raced() {
    let winner = block_on(race(BlockingClock.sleep(HOUR), ready(())));
    assert!(matches!(winner, Either::Second(())));
    let winner = block_on(race(BlockingClock.sleep(HOUR), BlockingClock.sleep(MOMENT)));
    assert!(matches!(winner, Either::Second(())));
}

#[cfg(feature = "tokio")]
#[test]
fn tokio_clock_works_without_a_runtime() {
    use vestibule_os::TokioClock;

    block_on(TokioClock.sleep(MOMENT));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(TokioClock.sleep(MOMENT));
}
