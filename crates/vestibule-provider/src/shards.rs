use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use vestibule_types::{Credentials, Timestamp};

const COUNT: usize = 16;

/// Credentials that need no thought, once per shard.
///
/// Threads that read one counted pointer at once fight over its count. So each shard has a copy of
/// its own, on a cache line of its own, and a thread keeps to its shard. All of them are replaced
/// together, and no copy stays behind in an idle thread.
pub(crate) struct Shards([Shard; COUNT]);

#[derive(Default)]
#[repr(align(128))]
struct Shard(RwLock<Option<Fresh>>);

struct Fresh {
    credentials: Arc<Credentials>,
    until: Timestamp,
}

impl Shards {
    pub(crate) fn empty() -> Self {
        Self(Default::default())
    }

    /// What there is, if it is good for now.
    pub(crate) fn get(&self, now: Timestamp) -> Option<Arc<Credentials>> {
        let Shard(shard) = &self.0[mine()];
        let fresh = shard.read().unwrap_or_else(PoisonError::into_inner);
        fresh.as_ref().filter(|fresh| now < fresh.until).map(|fresh| Arc::clone(&fresh.credentials))
    }

    /// Replaces everything.
    pub(crate) fn set(&self, fresh: Option<(&Credentials, Timestamp)>) {
        for Shard(shard) in &self.0 {
            *shard.write().unwrap_or_else(PoisonError::into_inner) =
                fresh.map(|(keys, until)| Fresh { credentials: Arc::new(keys.clone()), until });
        }
    }
}

/// The shard of this thread.
fn mine() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % COUNT;
    }
    SHARD.try_with(|shard| *shard).unwrap_or_default()
}
