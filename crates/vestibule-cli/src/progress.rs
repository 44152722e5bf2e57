//! A line on the terminal that says what the program waits for, and for how long.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use console::Term;

use crate::duration::spell;
use crate::printer::Printer;
use crate::screen;

/// Shorter waits show nothing.
const DELAY: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(250);

/// A progress line on a terminal, removed on drop.
#[derive(Debug)]
pub(crate) struct Progress {
    line: Arc<Mutex<Line>>,
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn start(printer: &Printer, what: impl Into<String>) -> Self {
        Self::start_until(printer, what, None)
    }

    /// Starts a line that also counts down to the expiration of a code.
    pub(crate) fn start_until(
        printer: &Printer,
        what: impl Into<String>,
        code_expires_at: Option<Instant>,
    ) -> Self {
        let (what, began_at) = (what.into(), Instant::now());
        let line = Arc::new(Mutex::new(Line { what, done: None, began_at, code_expires_at }));
        let is_shown = printer.is_terminal() && !printer.json;
        let drawing = is_shown.then(|| draw_after_delay(line.clone())).flatten();
        Self { line, drawing }
    }

    /// Shows how much is done.
    pub(crate) fn set(&self, what: impl Into<String>, done: usize, total: usize) {
        let mut line = lock(&self.line);
        line.what = what.into();
        line.done = Some((done, total));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.drawing.take() {
            drop(stop);
            // The thread only draws, so it cannot fail.
            let _ = thread.join();
        }
    }
}

/// What the line says.
#[derive(Debug)]
struct Line {
    what: String,
    /// How many steps are done, and of how many.
    done: Option<(usize, usize)>,
    began_at: Instant,
    code_expires_at: Option<Instant>,
}

impl Line {
    fn text(&self, now: Instant) -> String {
        let seconds = |span: Duration| spell(Duration::from_secs(span.as_secs()));
        let done = self.done.map(|(done, total)| format!("{done}/{total} ")).unwrap_or_default();
        let elapsed = seconds(now.saturating_duration_since(self.began_at));
        let expiration = self.code_expires_at.map(|at| {
            let left = seconds(at.saturating_duration_since(now));
            format!("; the code expires in {left}")
        });
        format!("{done}{} ({elapsed}{})", self.what, expiration.unwrap_or_default())
    }
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

fn draw_after_delay(line: Arc<Mutex<Line>>) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = mpsc::channel();
    let draw = move || draw(&line, &stopped);
    let thread = thread::Builder::new().name("vestibule-progress".into()).spawn(draw);
    Some((stop, thread.ok()?))
}

/// Draws the line until the sender is dropped, then removes it.
fn draw(line: &Mutex<Line>, stopped: &Receiver<()>) {
    let terminal = Term::stderr();
    let mut pause = DELAY;
    while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let text = screen::cut(&lock(line).text(Instant::now()), screen::width().saturating_sub(1));
        // Ignored: the terminal is gone.
        let _ = terminal.clear_line().and_then(|()| terminal.write_str(&text));
        pause = TICK;
    }
    if pause == TICK {
        let _ = terminal.clear_line();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_shows_steps_elapsed_time_and_remaining_life_of_the_code() {
        let began_at = Instant::now();
        let now = began_at + Duration::from_millis(12_900);
        let mut line =
            Line { what: "Listing roles".into(), done: None, began_at, code_expires_at: None };
        assert_eq!(line.text(now), "Listing roles (12s)");
        line.done = Some((3, 20));
        assert_eq!(line.text(now), "3/20 Listing roles (12s)");
        line.code_expires_at = Some(began_at + Duration::from_secs(600));
        assert_eq!(line.text(now), "3/20 Listing roles (12s; the code expires in 9m 47s)");
    }
}
