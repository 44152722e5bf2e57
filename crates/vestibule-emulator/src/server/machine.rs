use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock, Entropy};

/// The clock and the random bytes of the operating system.
///
/// ```
/// use std::sync::Arc;
/// use vestibule_emulator::{Emulator, Machine};
///
/// let emulator =
///     Emulator::builder().clock(Arc::new(Machine)).entropy(Arc::new(Machine)).build();
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has no fields")]
pub struct Machine;

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }

    /// Needs a tokio runtime.
    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

impl Entropy for Machine {
    fn fill(&self, bytes: &mut [u8]) {
        // Without a source of random bytes, the tokens of the emulator can be guessed, which does not
        // matter.
        let _ = getrandom::getrandom(bytes);
    }
}
