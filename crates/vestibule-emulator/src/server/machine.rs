use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock, Entropy};

/// This machine's time and randomness, for an emulator that real programs talk to.
///
/// ```
/// use std::sync::Arc;
/// use vestibule_emulator::{Emulator, Machine};
///
/// let emulator =
///     Emulator::builder().clock(Arc::new(Machine)).entropy(Arc::new(Machine)).build();
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct Machine;

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }

    /// Must be called on a tokio runtime.
    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

impl Entropy for Machine {
    fn fill(&self, bytes: &mut [u8]) {
        // A machine without randomness issues tokens that can be guessed, of an emulator.
        let _ = getrandom::getrandom(bytes);
    }
}
