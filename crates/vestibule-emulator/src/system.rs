use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vestibule_types::Timestamp;
use vestibule_world::{BoxFuture, Clock, Entropy};

/// The time of the operating system. Sleeping needs a tokio runtime.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// The random bytes of the operating system.
///
/// ```
/// use std::sync::Arc;
/// use vestibule_emulator::{Emulator, SystemEntropy};
///
/// let emulator = Emulator::builder().entropy(Arc::new(SystemEntropy)).build();
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has no fields")]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Without a source of random bytes, the tokens of the emulator can be guessed, which does not
        // matter.
        let _ = getrandom::getrandom(bytes);
    }
}
