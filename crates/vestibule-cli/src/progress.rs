//! A line that says what is going on, while it goes on.

use std::io::{self, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::duration::spell;
use crate::printer::Printer;
use crate::screen;

/// What is over sooner needs no words.
const AT_ONCE: Duration = Duration::from_millis(300);
const TICK: Duration = Duration::from_millis(100);
const BAR: usize = 20;
/// To the line above, which is then empty.
const UP: &str = "\x1b[1A\r\x1b[2K";

/// Shows what is waited for and for how long, on a terminal only, and goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    what: String,
    share: Option<(usize, usize)>,
    began: Instant,
    drawn: Option<String>,
    is_over: bool,
}

impl Progress {
    /// Begins to wait for something.
    pub(crate) fn of(printer: &Printer, what: impl Into<String>) -> Self {
        Self::since(Instant::now(), printer, what)
    }

    /// Goes on with it.
    pub(crate) fn since(began: Instant, printer: &Printer, what: impl Into<String>) -> Self {
        let what = what.into();
        let state = State { what, share: None, began, drawn: None, is_over: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let is_shown = printer.is_watched() && !printer.json;
        let drawing = shared.clone();
        let thread = is_shown.then(|| {
            let named = thread::Builder::new().name("vestibule-progress".into());
            named.spawn(move || drawing.draw_until_over()).ok()
        });
        Self { shared, thread: thread.flatten() }
    }

    /// What is waited for now, and how much of it is done.
    pub(crate) fn is_at(&self, what: impl Into<String>, share: Option<(usize, usize)>) {
        let mut state = self.shared.state();
        state.what = what.into();
        state.share = share;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It draws, and does nothing that could fail.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn draw_until_over(&self) {
        let mut state = self.state();
        while !state.is_over {
            if AT_ONCE <= state.began.elapsed() {
                state.draw();
            }
            let waited = self.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The cursor waits below the line: a program that is interrupted leaves no half line behind.
    fn draw(&mut self) {
        let text = line(&self.what, self.share, self.began.elapsed(), screen::width());
        if self.drawn.as_ref() != Some(&text) {
            let up = if self.drawn.is_some() { UP } else { "" };
            let _ = writeln!(io::stderr().lock(), "{up}{text}");
            self.drawn = Some(text);
        }
    }

    fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(io::stderr().lock(), "{UP}");
        }
    }
}

/// `waiting for approval (12s)`, or with a count, and with a bar where there is room for it.
fn line(what: &str, share: Option<(usize, usize)>, elapsed: Duration, width: usize) -> String {
    let width = width.saturating_sub(1);
    let elapsed = spell(Duration::from_secs(elapsed.as_secs()));
    let text = match share {
        None => format!("{what} ({elapsed})"),
        Some((done, of)) => {
            let text = format!("{done}/{of} {what} ({elapsed})");
            let full = (done * BAR).checked_div(of).unwrap_or(BAR).min(BAR);
            let bar = format!("{}{}", "━".repeat(full), "─".repeat(BAR - full));
            if width < BAR + 1 + screen::width_of(&text) { text } else { format!("{bar} {text}") }
        }
    };
    screen::cut(&text, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_how_far_and_how_long() {
        let line =
            |share, width| line("accounts asked", share, Duration::from_millis(65_300), width);
        assert_eq!(line(None, 80), "accounts asked (1m 5s)");
        assert_eq!(line(Some((5, 20)), 80), "━━━━━─────────────── 5/20 accounts asked (1m 5s)");
        assert_eq!(line(Some((0, 0)), 80), "━━━━━━━━━━━━━━━━━━━━ 0/0 accounts asked (1m 5s)");
        assert_eq!(line(Some((5, 20)), 40), "5/20 accounts asked (1m 5s)");
        assert_eq!(line(None, 10), "accounts…");
    }
}
