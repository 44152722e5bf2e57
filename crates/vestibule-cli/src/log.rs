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

/// Shows warnings; with `-v` each request, and with `-vv` decisions and files.
pub(crate) fn init(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::TRACE,
    };
    // Ignored: it fails only if a subscriber is installed already.
    let _ = tracing::subscriber::set_global_default(Log { level });
}

/// Writes events of this project; spans are not shown.
struct Log {
    level: LevelFilter,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && *metadata.level() <= self.level
            && metadata.target().starts_with("vestibule")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        let line = Line::new(event).0;
        // Ignored: stderr was closed.
        let _ = writeln!(io::stderr().lock(), "{}", screen::printable(&line));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
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
        let subscriber = Lines(Log { level: LevelFilter::INFO }, Arc::clone(&lines));
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
