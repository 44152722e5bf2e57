use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

#[cfg(target_os = "linux")]
use nix::time::{ClockId, clock_gettime};
use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock};

use crate::slot::slot;
use crate::thread;
use crate::watched::Watched;

/// The system's time, for callers without a runtime.
///
/// On Linux it is up to ten milliseconds old.
///
/// A sleep is timed by a thread of its own, so that under
/// [`block_on`](vestibule_world::block_on) it can be raced against something else.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct BlockingClock;

impl Clock for BlockingClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let (over, rest) = slot();
            let given_up = Arc::new(Watched::default());
            let _wake = OnDrop(given_up.clone());
            let timer = thread::spawn("vestibule-timer", move || {
                if !*given_up.wait(span, |given_up| *given_up) {
                    over.give(());
                }
            });
            match timer {
                Ok(_) => rest.await.unwrap_or_default(),
                Err(_) => sleep(span),
            }
        })
    }
}

/// Dropped with the sleep, it ends the thread early.
struct OnDrop(Arc<Watched<bool>>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.change(|given_up| *given_up = true);
    }
}

/// The time of [`BlockingClock`], with sleeps that are tokio's.
///
/// Sleeps like [`BlockingClock`] where no tokio runtime is around.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct TokioClock;

#[cfg(feature = "tokio")]
impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            match tokio::runtime::Handle::try_current() {
                Ok(_) => tokio::time::sleep(span).await,
                Err(_) => BlockingClock.sleep(span).await,
            }
        })
    }
}

/// A clock set before 1970 counts as 1970.
fn now() -> Timestamp {
    Timestamp::EPOCH + last_tick().or_else(to_the_nanosecond).unwrap_or_default()
}

/// The time since 1970 as the system last counted it, up to ten milliseconds ago.
///
/// Telling it costs a third of what the time to the nanosecond costs, which was half of what it
/// took to get credentials that are valid.
/// <https://man7.org/linux/man-pages/man2/clock_gettime.2.html>, read 2026-11.
#[cfg(target_os = "linux")]
fn last_tick() -> Option<Duration> {
    let time = clock_gettime(ClockId::CLOCK_REALTIME_COARSE).ok()?;
    Some(Duration::new(time.tv_sec().try_into().ok()?, time.tv_nsec().try_into().ok()?))
}

#[cfg(not(target_os = "linux"))]
fn last_tick() -> Option<Duration> {
    None
}

fn to_the_nanosecond() -> Option<Duration> {
    SystemTime::UNIX_EPOCH.elapsed().ok()
}
