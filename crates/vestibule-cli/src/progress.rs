//! A line on the terminal that says what the program waits for, and for how long.

use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::duration::spell;
use crate::printer::Printer;

/// Shorter waits show nothing.
const DELAY: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(250);

/// A progress line on a terminal, removed on drop.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    delayed: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn start(printer: &Printer, what: impl Into<String>) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = bar.with_message(what.into()).with_elapsed(Duration::ZERO);
        bar.set_style(style("{msg} ({time})"));
        let is_shown = printer.is_terminal() && !printer.json;
        let delayed = is_shown.then(|| show_after_delay(bar.clone())).flatten();
        Self { bar, delayed }
    }

    /// Shows how much is done.
    pub(crate) fn set(&self, what: impl Into<String>, done: usize, total: usize) {
        self.bar.set_style(style("{bar:20.green} {pos}/{len} {msg} ({time})"));
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
        self.bar.set_message(what.into());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.delayed.take() {
            drop(stop);
            // The thread only draws, so it cannot fail.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

fn show_after_delay(bar: ProgressBar) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::Builder::new().name("vestibule-progress".into()).spawn(move || {
        if stopped.recv_timeout(DELAY) == Err(mpsc::RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
    });
    Some((stop, thread.ok()?))
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.progress_chars("━━─").with_key(
        "time",
        |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
            let elapsed = Duration::from_secs(state.elapsed().as_secs());
            // Ignored: writing to a string cannot fail.
            let _ = out.write_str(&spell(elapsed));
        },
    )
}
