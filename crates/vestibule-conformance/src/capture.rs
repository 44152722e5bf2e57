//! Captures log output of a closure at every level.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::dispatcher::{self, Dispatch};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Runs a closure with logging enabled at every level; returns its result and the log text.
pub(crate) fn capture_logs<T>(run: impl FnOnce() -> T) -> (T, String) {
    let log = Log::default();
    let result = dispatcher::with_default(&Dispatch::new(LogSubscriber::new(log.clone())), run);
    let text = log.text().clone();
    (result, text)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes one line: the origin, then the fields.
    fn write_line(&self, origin: fmt::Arguments<'_>, record: impl FnOnce(&mut Line<'_>)) {
        let mut text = self.text();
        let _ = write!(text, "{origin}");
        record(&mut Line(&mut text));
        text.push('\n');
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

/// A subscriber that writes every event and span to the log.
struct LogSubscriber {
    log: Log,
    spans: AtomicU64,
}

impl LogSubscriber {
    fn new(log: Log) -> Self {
        Self { log, spans: AtomicU64::new(1) }
    }
}

impl Subscriber for LogSubscriber {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let metadata = span.metadata();
        self.log.write_line(format_args!("{} {}", metadata.target(), metadata.name()), |line| {
            span.record(line);
        });
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        self.log.write_line(format_args!("recorded"), |line| values.record(line));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let origin = format_args!("{} {}", metadata.level(), metadata.target());
        self.log.write_line(origin, |line| event.record(line));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_and_spans_at_every_level_are_captured() {
        let (result, text) = capture_logs(|| {
            let span =
                tracing::trace_span!("outer", key = "in a span", late = tracing::field::Empty);
            span.record("late", "recorded later");
            span.in_scope(|| tracing::trace!(count = 3, "quiet {}", "message"));
            tracing::error!(value = ?Some("loud"), "failed");
            7
        });
        assert_eq!(result, 7);
        for expected in
            ["in a span", "recorded later", "count=3", "quiet message", "Some(\"loud\")"]
        {
            assert!(text.contains(expected), "{expected} is not in\n{text}");
        }
    }

    #[test]
    fn second_capture_contains_only_its_own_events() {
        let ((), first) = capture_logs(|| tracing::info!("one"));
        let ((), second) = capture_logs(|| tracing::info!("two"));
        assert!(first.contains("one") && !first.contains("two"));
        assert!(second.contains("two") && !second.contains("one"));
    }
}
