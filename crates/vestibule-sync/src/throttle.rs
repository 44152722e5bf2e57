use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule::world::{BoxFuture, Clock, Transport, TransportError, World};
use vestibule_wire::{Request, Response};

use crate::bucket::Bucket;

/// A transport that sends no more than so many requests a second, whoever sends them, and lets all
/// wait where a service says that it is too much (HTTP status 429).
///
/// Requests that are sent again count like any other.
#[derive(Debug)]
pub struct Throttle {
    inner: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    bucket: Mutex<Bucket>,
}

impl Throttle {
    /// The world with its transport held back to `rate` requests a second.
    pub fn over(world: &World, rate: u32) -> World {
        let (inner, clock) = (world.transport.clone(), world.clock.clone());
        let bucket = Mutex::new(Bucket::new(rate));
        World { transport: Arc::new(Self { inner, clock, bucket }), ..world.clone() }
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Throttle {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let wait = self.bucket().turn(self.clock.now());
            if !wait.is_zero() {
                self.clock.sleep(wait).await;
            }
            let answer = self.inner.send(request).await;
            let now = self.clock.now();
            match &answer {
                Ok(answer) if answer.status().as_u16() == 429 => {
                    self.bucket().refused(now, patience_asked_for(answer));
                }
                Ok(_) => self.bucket().served(now),
                Err(_) => {}
            }
            answer
        })
    }
}

fn patience_asked_for(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get("retry-after")?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}
