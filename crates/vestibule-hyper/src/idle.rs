use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::line::Line;
use crate::origin::Origin;

/// Load balancers hang up after a minute; a request on such a connection would be lost.
const LONGEST: Duration = Duration::from_secs(20);

/// A command talks to three services at most, a server does so from a few tasks.
const MOST: usize = 8;

/// Connections that another request may use.
#[derive(Default)]
pub(crate) struct Idle(Mutex<Vec<Waiting>>);

struct Waiting {
    origin: Origin,
    since: Instant,
    line: Line,
}

impl Idle {
    /// The one used last, if any leads there. It may have been hung up meanwhile.
    pub(crate) fn take(&self, origin: &Origin) -> Option<Line> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|waiting| waiting.since.elapsed() < LONGEST);
        let at = waiting.iter().rposition(|waiting| waiting.origin == *origin)?;
        Some(waiting.remove(at).line)
    }

    pub(crate) fn put(&self, origin: Origin, line: Line) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == MOST {
            waiting.remove(0);
        }
        waiting.push(Waiting { origin, since: Instant::now(), line });
    }
}
