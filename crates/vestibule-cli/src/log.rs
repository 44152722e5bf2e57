//! Log events of the library as lines on stderr.
//!
//! The subscriber is our own: creating a registry of `tracing-subscriber` fills 32 kB, which is 2 % of
//! the time of a credential helper.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::screen;
use crate::waiting::{self, Awaited, FailedAttempt};

/// Installs the log: warnings; with `-v` each request, and with `-vv` decisions and files. [`waiting`]
/// gets the requests and programs that are waited for.
pub(crate) fn init(verbose: u8) {
    let observes_waits = waiting::is_observed();
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::TRACE,
    };
    // Ignored: it fails only if a subscriber is installed already.
    let _ = tracing::subscriber::set_global_default(Log { level, observes_waits });
}

/// Writes events of this project; spans are not shown.
struct Log {
    level: LevelFilter,
    observes_waits: bool,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let is_shown = if metadata.is_span() {
            self.observes_waits && metadata.name() == "wait"
        } else {
            *metadata.level() <= self.level || self.observes_waits && is_request(metadata)
        };
        is_shown && metadata.target().starts_with("vestibule")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(if self.observes_waits { self.level.max(LevelFilter::DEBUG) } else { self.level })
    }

    fn event(&self, event: &Event<'_>) {
        if self.observes_waits && is_request(event.metadata()) {
            let mut request = RequestFields::default();
            event.record(&mut request);
            let attempt = request.attempt;
            waiting::set_failure(request.error.map(|error| FailedAttempt { error, attempt }));
        }
        if self.level < *event.metadata().level() {
            return;
        }
        let line = Line::new(event).0;
        if waiting::clear_for_output() {
            // Ignored: stderr was closed.
            let _ = writeln!(io::stderr().lock(), "{}", screen::printable(&line));
        }
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut awaited = Awaited::Other(String::new());
        attributes.record(&mut awaited);
        Id::from_u64(waiting::begin_span(awaited))
    }

    fn try_close(&self, id: Id) -> bool {
        waiting::end(id.into_u64());
        true
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Returns whether an event is the outcome of a request.
fn is_request(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "vestibule_world::log"
}

/// The fields of an event about a request; there is an error if it failed.
#[derive(Default)]
struct RequestFields {
    error: Option<String>,
    attempt: u64,
}

impl Visit for RequestFields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "error" {
            self.error = Some(screen::printable(&format!("{value:?}")));
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "attempt" {
            self.attempt = value;
        }
    }
}

/// Reads the fields of a span: `program` is its name, `what` describes anything else.
impl Visit for Awaited {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "program" => *self = Self::Program(screen::printable(value)),
            "what" => *self = Self::Other(screen::printable(value)),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// `warning: message field=value`.
struct Line(String);

impl Line {
    fn new(event: &Event<'_>) -> Self {
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            Level::INFO => "info",
            _ => "debug",
        };
        let mut line = Self(format!("{level}:"));
        event.record(&mut line);
        line
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Ignored: writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Collects the lines that `Log` would write.
    struct Lines(Log, Arc<Mutex<Vec<String>>>);

    impl Subscriber for Lines {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            self.0.enabled(metadata)
        }

        fn event(&self, event: &Event<'_>) {
            self.1.lock().unwrap().push(Line::new(event).0);
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            self.0.new_span(span)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn events_of_the_library_up_to_the_level_are_lines() {
        let lines = Arc::default();
        let subscriber =
            Lines(Log { level: LevelFilter::INFO, observes_waits: false }, Arc::clone(&lines));
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "vestibule_sso::refresh", error = %"no space", "not stored");
            tracing::info!(target: "vestibule_world::log", attempt = 2, host = "x", "CreateToken");
            tracing::debug!(target: "vestibule_world", "left out");
            tracing::error!(target: "hyper", "left out");
        });
        assert_eq!(
            *lines.lock().unwrap(),
            ["warning: not stored error=no space", "info: CreateToken attempt=2 host=\"x\""]
        );
    }
}
