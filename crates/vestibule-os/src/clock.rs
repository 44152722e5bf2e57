use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

#[cfg(target_os = "linux")]
use nix::time::{ClockId, clock_gettime};
use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock};

use crate::monitor::Monitor;
use crate::{oneshot, thread};

/// The system's clock, for callers without a runtime.
///
/// On Linux the time is up to ten milliseconds old.
///
/// Each sleep is timed by its own thread, so that under
/// [`block_on`](vestibule_world::block_on) it can be raced against another future.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct BlockingClock;

impl Clock for BlockingClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let (sender, elapsed) = oneshot::channel();
            let cancelled = Arc::new(Monitor::default());
            let _cancel_on_drop = CancelOnDrop(cancelled.clone());
            let timer = thread::spawn("vestibule-timer", move || {
                if !*cancelled.wait_until(duration, |cancelled| *cancelled) {
                    sender.send(());
                }
            });
            match timer {
                Ok(_) => elapsed.await.unwrap_or_default(),
                Err(_) => sleep(duration),
            }
        })
    }
}

/// Ends the timer thread when the sleep is dropped.
struct CancelOnDrop(Arc<Monitor<bool>>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.update(|cancelled| *cancelled = true);
    }
}

/// The system's clock, with the sleeps of tokio.
///
/// Outside a tokio runtime it sleeps like [`BlockingClock`].
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "no options")]
pub struct TokioClock;

#[cfg(feature = "tokio")]
impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            match tokio::runtime::Handle::try_current() {
                Ok(_) => tokio::time::sleep(duration).await,
                Err(_) => BlockingClock.sleep(duration).await,
            }
        })
    }
}

/// Returns the time of the system; 1970 if its clock is set to an earlier time.
fn now() -> Timestamp {
    Timestamp::EPOCH + coarse_time().or_else(precise_time).unwrap_or_default()
}

/// Returns the time at the kernel's last tick, up to ten milliseconds ago.
///
/// It costs a third of the precise time, which took half of a call for valid credentials.
/// <https://man7.org/linux/man-pages/man2/clock_gettime.2.html>, read 2026-11.
#[cfg(target_os = "linux")]
fn coarse_time() -> Option<Duration> {
    let time = clock_gettime(ClockId::CLOCK_REALTIME_COARSE).ok()?;
    Some(Duration::new(time.tv_sec().try_into().ok()?, time.tv_nsec().try_into().ok()?))
}

#[cfg(not(target_os = "linux"))]
fn coarse_time() -> Option<Duration> {
    None
}

fn precise_time() -> Option<Duration> {
    SystemTime::UNIX_EPOCH.elapsed().ok()
}
