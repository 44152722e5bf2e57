use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use vestibule_sso::{Contents, StoreError, StoreErrorKind, TokenStore};
use vestibule_world::{BoxFuture, Guard, World, WriteMode};

/// A token store over another one: its futures are pending at first, and it can be read-only, or
/// forbid that credentials are stored in files.
#[derive(Clone, Debug)]
pub struct TestTokenStore {
    inner: Arc<dyn TokenStore>,
    is_read_only: Arc<AtomicBool>,
    allows_files: bool,
}

impl TestTokenStore {
    /// Creates a store over this one.
    pub fn new(inner: impl TokenStore) -> Self {
        Self { inner: Arc::new(inner), is_read_only: Arc::default(), allows_files: true }
    }

    /// Forbids that role credentials are stored in files.
    #[must_use]
    pub fn without_files(mut self) -> Self {
        self.allows_files = false;
        self
    }

    /// Makes every write fail from now on.
    pub fn freeze(&self) {
        self.is_read_only.store(true, Ordering::Relaxed);
    }
}

impl TokenStore for TestTokenStore {
    fn location(&self, _entry: &str) -> String {
        "the token store of the test".to_owned()
    }

    fn load<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<Option<Contents>, StoreError>> {
        Box::pin(async move {
            pend_once().await;
            self.inner.load(world, entry).await
        })
    }

    fn store<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
        contents: &'a [u8],
        mode: WriteMode,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            pend_once().await;
            if self.is_read_only.load(Ordering::Relaxed) {
                let kind = StoreErrorKind::ReadOnly;
                let (action, source) = ("could not write", "it is read-only");
                return Err(StoreError::new(kind, action, self.location(entry), source));
            }
            self.inner.store(world, entry, contents, mode).await
        })
    }

    fn remove<'a>(
        &'a self,
        world: &'a World,
        entry: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.inner.remove(world, entry)
    }

    fn lock<'a>(
        &'a self,
        world: &'a World,
        name: &'a str,
        at_most: Duration,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Guard>>, StoreError>> {
        self.inner.lock(world, name, at_most)
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn allows_files(&self, _entry: &str) -> bool {
        self.allows_files
    }
}

/// Completes when it is polled again.
async fn pend_once() {
    let mut is_first = true;
    poll_fn(|context| {
        if mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}
