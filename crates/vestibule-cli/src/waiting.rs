//! Waiting: a line on the terminal after half a second, and the limit of `--timeout`.
//!
//! Requests, programs and locks are spans of the library (`wait`), which the log passes on. The state
//! is one per process, as the terminal is.

use std::io::{self, Write as _};
use std::process;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use console::Term;
use vestibule::ErrorKind;

pub(crate) use crate::awaited::{Awaited, FailedAttempt};
use crate::duration::spell;
use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::screen;

/// Shorter waits show nothing.
const DELAY: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(250);

/// The message of a command that the user cancelled.
pub(crate) const CANCELLED: &str = "Cancelled";

static WAITING: Mutex<Waiting> = Mutex::new(Waiting::new());
static CHANGED: Condvar = Condvar::new();

struct Waiting {
    draws: bool,
    is_drawn: bool,
    limit: Option<Limit>,
    has_thread: bool,
    next_id: u64,
    /// Requests, programs and steps of commands in progress, the oldest first.
    entries: Vec<(u64, Entry)>,
    /// The last request or program, and when its first attempt began.
    last: Option<(Awaited, Instant)>,
    /// The last attempt of the last request, if it failed.
    failure: Option<FailedAttempt>,
    /// Ends the program on Ctrl-C.
    interrupts: Option<Interrupts>,
    /// Causes and hint to print if Ctrl-C ends the program.
    interrupt_note: Option<String>,
    /// Hint of the error of `--timeout`, if it differs from the usual one.
    timeout_hint: Option<&'static str>,
    /// Number of open prompts: nothing is drawn meanwhile, and `--timeout` is suspended.
    prompts: usize,
    /// The exit code once the limit has passed: nothing more is printed.
    timed_out: Option<Exit>,
}

/// `--timeout`.
struct Limit {
    report: Box<dyn Fn(&Error) -> Exit + Send>,
    total: Duration,
    left: Duration,
    /// `None` while a prompt is open.
    running_since: Option<Instant>,
}

impl Limit {
    fn left(&self, now: Instant) -> Duration {
        let used = self.running_since.map(|since| now.saturating_duration_since(since));
        self.left.saturating_sub(used.unwrap_or_default())
    }

    fn suspend(&mut self, now: Instant) {
        self.left = self.left(now);
        self.running_since = None;
    }
}

/// A request, a program or a step of a command that is waited for.
#[derive(Clone, Debug)]
struct Entry {
    what: String,
    began_at: Instant,
    /// How many steps are done, and of how many.
    done: Option<(usize, usize)>,
    is_sign_in: bool,
    expiration: Option<Expiration>,
    is_hidden: bool,
}

/// The end of the time in which the user can approve a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiration {
    /// The code that the user compares expires.
    Code(Instant),
    /// The program stops waiting for the browser.
    Wait(Instant),
}

impl Entry {
    fn new(what: String, began_at: Instant) -> Self {
        Self { what, began_at, done: None, is_sign_in: false, expiration: None, is_hidden: false }
    }

    fn text(&self, now: Instant) -> String {
        let seconds = |span: Duration| spell(Duration::from_secs(span.as_secs()));
        let done = self.done.map(|(done, total)| format!("{done}/{total} ")).unwrap_or_default();
        let elapsed = seconds(now.saturating_duration_since(self.began_at));
        let left = |at: Instant| seconds(at.saturating_duration_since(now));
        let expiration = self.expiration.map(|expiration| match expiration {
            Expiration::Code(at) => format!("; the code expires in {}", left(at)),
            Expiration::Wait(at) => format!("; {} left", left(at)),
        });
        format!("{done}{} ({elapsed}{})", self.what, expiration.unwrap_or_default())
    }
}

impl Waiting {
    const fn new() -> Self {
        Self {
            draws: false,
            is_drawn: false,
            limit: None,
            has_thread: false,
            next_id: 1,
            entries: Vec::new(),
            last: None,
            failure: None,
            interrupts: None,
            interrupt_note: None,
            timeout_hint: None,
            prompts: 0,
            timed_out: None,
        }
    }

    fn begin(&mut self, entry: Entry) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.entries.push((id, entry));
        self.start_thread();
        CHANGED.notify_all();
        id
    }

    /// Starts the thread that draws the line, which takes longer than reading cached credentials.
    fn start_thread(&mut self) {
        if !self.has_thread && (self.draws || self.limit.is_some()) {
            let thread = thread::Builder::new().name("vestibule-waiting".into()).spawn(watch);
            self.has_thread = thread.is_ok();
            // The handler of the signal cannot restore the terminal.
            if let Some(interrupts) = self.interrupts.as_ref().filter(|_| self.draws) {
                interrupts.run_before_exit(restore_terminal);
            }
        }
    }

    /// Returns the line to draw. The description of a command takes precedence over its requests.
    fn line(&self, now: Instant) -> Option<String> {
        let (_, entry) = self.entries.first().filter(|_| self.draws && self.prompts == 0)?;
        let is_long = !entry.is_hidden && DELAY <= now.saturating_duration_since(entry.began_at);
        let failure = self.failure.as_ref().map(|failure| format!("; {failure}"));
        is_long.then(|| entry.text(now) + &failure.unwrap_or_default())
    }

    fn draw(&mut self, now: Instant) {
        let Some(text) = self.line(now) else { return self.clear() };
        let text = screen::cut(&text, screen::width().saturating_sub(1));
        let terminal = Term::stderr();
        // Ignored: the terminal is gone.
        let _ = terminal.clear_line().and_then(|()| terminal.write_str(&text));
        self.is_drawn = true;
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            // Ignored: the terminal is gone.
            let _ = Term::stderr().clear_line();
        }
    }
}

fn lock() -> MutexGuard<'static, Waiting> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets whether waiting is shown, and the limit of all waiting; `report` prints the error once the
/// limit has passed.
pub(crate) fn init(
    draws: bool,
    limit: Option<Duration>,
    interrupts: &Interrupts,
    report: impl Fn(&Error) -> Exit + Send + 'static,
) {
    let mut waiting = lock();
    waiting.draws = draws;
    waiting.interrupts = Some(interrupts.clone());
    let limit = limit.filter(|limit| !limit.is_zero());
    if let Some(total) = limit {
        let (report, running_since) = (Box::new(report), Some(Instant::now()));
        waiting.limit = Some(Limit { report, total, left: total, running_since });
        waiting.start_thread();
    }
}

/// Returns whether the spans of the library are needed.
pub(crate) fn is_observed() -> bool {
    let waiting = lock();
    waiting.draws || waiting.limit.is_some()
}

/// Stops drawing and removes the limit: the command serves until it is stopped, or runs another
/// program, to which the terminal belongs then.
pub(crate) fn stop() {
    let mut waiting = lock();
    if let Some(exit) = waiting.timed_out {
        process::exit(i32::from(exit as u8));
    }
    waiting.clear();
    waiting.draws = false;
    waiting.limit = None;
}

/// Hides the newest entry: a program that may prompt at the terminal.
pub(crate) fn hide_newest() {
    if let Some((_, entry)) = lock().entries.last_mut() {
        entry.is_hidden = true;
    }
}

/// Sets the causes and the hint to print if Ctrl-C ends the program while it waits.
pub(crate) fn set_interrupt_note(note: Option<String>) {
    lock().interrupt_note = note;
}

/// Sets the hint of the error of `--timeout`.
pub(crate) fn set_timeout_hint(hint: Option<&'static str>) {
    lock().timeout_hint = hint;
}

/// Clears the line on Ctrl-C, with the `^C` that the terminal shows.
fn restore_terminal() {
    let mut waiting = lock();
    waiting.draws = false;
    // Ignored: the terminal is gone.
    let _ = Term::stderr().clear_line();
    let note = waiting.interrupt_note.take().map(|note| format!("\n{note}"));
    let _ = writeln!(io::stderr().lock(), "error: {CANCELLED}{}", note.unwrap_or_default());
}

/// Records the result of an attempt: `None` if there was a response.
pub(crate) fn set_failure(failure: Option<FailedAttempt>) {
    lock().failure = failure;
}

/// Returns the exit code of the program: that of a command, or of the limit if it has passed.
pub(crate) fn exit_code(exit: Exit) -> Exit {
    lock().timed_out.unwrap_or(exit)
}

/// Records the beginning of a request, a program or a lock, and returns its id.
pub(crate) fn begin_span(awaited: Awaited) -> u64 {
    let mut waiting = lock();
    let now = Instant::now();
    // A further attempt is the same wait.
    let began_at = match &waiting.last {
        Some((last, began_at)) if *last == awaited => *began_at,
        _ => now,
    };
    let entry = Entry::new(format!("Waiting for {awaited}"), began_at);
    waiting.last = Some((awaited, began_at));
    waiting.begin(entry)
}

/// Records the end of what [`begin_span`] began.
pub(crate) fn end(id: u64) {
    let mut waiting = lock();
    waiting.entries.retain(|(other, _)| *other != id);
    if waiting.entries.is_empty() {
        waiting.clear();
    }
}

/// Clears the line before something is printed. Returns false if nothing may be printed anymore.
pub(crate) fn clear_for_output() -> bool {
    let mut waiting = lock();
    waiting.clear();
    waiting.timed_out.is_none()
}

/// Runs a prompt: nothing is drawn meanwhile, and `--timeout` does not count.
pub(crate) fn suspended<T>(prompt: impl FnOnce() -> T) -> T {
    let change = |is_open: bool| {
        let mut waiting = lock();
        waiting.clear();
        waiting.prompts = if is_open { waiting.prompts + 1 } else { waiting.prompts - 1 };
        let (is_prompting, now) = (0 < waiting.prompts, Instant::now());
        match &mut waiting.limit {
            Some(limit) if is_prompting => limit.suspend(now),
            Some(limit) => limit.running_since = Some(now),
            None => {}
        }
        CHANGED.notify_all();
    };
    change(true);
    let answer = prompt();
    change(false);
    answer
}

/// A step that a command waits for, with a description of its own. It ends on drop.
#[derive(Debug)]
pub(crate) struct Wait(u64);

impl Wait {
    pub(crate) fn begin(what: impl Into<String>) -> Self {
        Self(lock().begin(Entry::new(what.into(), Instant::now())))
    }

    /// Begins to wait for the user to approve a sign-in, and counts down to the end of that time.
    pub(crate) fn for_approval(expiration: Option<Expiration>) -> Self {
        let what = match expiration {
            Some(Expiration::Wait(_)) => "Waiting for approval in the browser",
            _ => "Waiting for approval",
        };
        let entry = Entry::new(what.to_owned(), Instant::now());
        Self(lock().begin(Entry { is_sign_in: true, expiration, ..entry }))
    }

    /// Shows how much is done.
    pub(crate) fn set(&self, what: &str, done: usize, total: usize) {
        let mut waiting = lock();
        let entry = waiting.entries.iter_mut().find(|(id, _)| *id == self.0);
        if let Some((_, entry)) = entry {
            what.clone_into(&mut entry.what);
            entry.done = Some((done, total));
        }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        end(self.0);
    }
}

/// Draws the line, and ends the program once the limit has passed.
fn watch() {
    let mut waiting = lock();
    loop {
        let now = Instant::now();
        let left = waiting.limit.as_ref().map(|limit| limit.left(now));
        if left.is_some_and(|left| left.is_zero()) {
            return end_program(waiting);
        }
        waiting.draw(now);
        let pause = if waiting.entries.is_empty() { Duration::MAX } else { TICK };
        let pause = left.filter(|_| waiting.prompts == 0).unwrap_or(pause).min(pause);
        let woken = CHANGED.wait_timeout(waiting, pause.min(Duration::from_secs(3_600)));
        waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// Reports that the limit has passed and exits; a file that is being written, such as a refreshed
/// token, is completed first.
fn end_program(mut waiting: MutexGuard<'_, Waiting>) {
    let Some(limit) = waiting.limit.take() else { return };
    let last = waiting.last.as_ref().map(|(awaited, _)| awaited);
    let is_sign_in = waiting.entries.iter().any(|(_, entry)| entry.is_sign_in);
    let mut error = timed_out(
        limit.total,
        last,
        is_sign_in,
        waiting.failure.as_ref().map(|failure| failure.error.as_str()),
    );
    if let Some(hint) = waiting.timeout_hint {
        error = error.with_hint(hint);
    }
    drop(waiting);
    let exit = (limit.report)(&error);
    lock().timed_out = Some(exit);
    vestibule_os::kill_commands();
    vestibule_os::defer_exit_during_writes(i32::from(Exit::Interrupted as u8))
        .exit(i32::from(exit as u8));
}

fn timed_out(
    limit: Duration,
    last: Option<&Awaited>,
    is_sign_in: bool,
    failure: Option<&str>,
) -> Error {
    const LONGER: &str = "set a longer --timeout";
    let time = format!("Timed out after {} (--timeout)", spell(limit));
    if is_sign_in && failure.is_none() {
        let error = Error::new(Exit::SignInNeeded, format!("{time}: the sign-in was not approved"));
        return error.with_hint(format!("{LONGER}, and approve the sign-in meanwhile"));
    }
    let message = last.map_or_else(|| time.clone(), |what| format!("{time}, waiting for {what}"));
    let hint = match last {
        Some(program @ Awaited::Program(_)) => {
            format!("{LONGER}, or check why {program} takes so long")
        }
        _ => "vestibule doctor".to_owned(),
    };
    let error = Error::new(Exit::Failed, message).with_kind(ErrorKind::Unavailable).with_hint(hint);
    failure.into_iter().fold(error, Error::with_cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(what: &str) -> Entry {
        Entry::new(what.to_owned(), Instant::now())
    }

    #[test]
    fn line_shows_steps_elapsed_time_and_remaining_life_of_the_code() {
        let mut entry = entry("Listing roles");
        let now = entry.began_at + Duration::from_millis(12_900);
        assert_eq!(entry.text(now), "Listing roles (12s)");
        entry.done = Some((3, 20));
        assert_eq!(entry.text(now), "3/20 Listing roles (12s)");
        let at = entry.began_at + Duration::from_secs(600);
        entry.expiration = Some(Expiration::Code(at));
        assert_eq!(entry.text(now), "3/20 Listing roles (12s; the code expires in 9m 47s)");
        entry.expiration = Some(Expiration::Wait(at));
        assert_eq!(entry.text(now), "3/20 Listing roles (12s; 9m 47s left)");
    }

    #[test]
    fn line_is_drawn_after_half_a_second_and_not_during_a_prompt() {
        let mut waiting = Waiting { draws: true, ..Waiting::new() };
        let entry = entry("Waiting for STS");
        let now = entry.began_at;
        waiting.entries.push((1, entry));
        assert_eq!(waiting.line(now), None);
        assert_eq!(waiting.line(now + DELAY).unwrap(), "Waiting for STS (0s)");
        waiting.prompts = 1;
        assert_eq!(waiting.line(now + DELAY), None);
    }

    #[test]
    fn limit_does_not_count_prompts() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let total = Duration::from_secs(10);
        let report = Box::new(Error::exit);
        let mut limit = Limit { report, total, left: total, running_since: Some(start) };
        limit.suspend(after(4));
        assert_eq!(limit.left(after(60)), Duration::from_secs(6));
        limit.running_since = Some(after(60));
        assert!(limit.left(after(66)).is_zero());
    }

    #[test]
    fn timeout_names_what_was_waited_for() {
        let check = |last: &Awaited, is_sign_in, expected: &str| {
            let error = timed_out(Duration::from_secs(90), Some(last), is_sign_in, None);
            assert_eq!(error.one_line(), expected);
        };
        let request = Awaited::Other("CreateToken at x.test".to_owned());
        check(
            &request,
            false,
            "Timed out after 1m 30s (--timeout), waiting for CreateToken at x.test (hint: vestibule doctor)",
        );
        check(
            &Awaited::Program("helper".to_owned()),
            false,
            "Timed out after 1m 30s (--timeout), waiting for `helper` (hint: set a longer --timeout, \
             or check why `helper` takes so long)",
        );
        check(
            &request,
            true,
            "Timed out after 1m 30s (--timeout): the sign-in was not approved (hint: set a longer \
             --timeout, and approve the sign-in meanwhile)",
        );
    }

    #[test]
    fn timeout_while_the_network_fails_names_the_failure() {
        let failure = Some("could not connect to x.test: connection refused");
        for is_sign_in in [false, true] {
            let last = Awaited::Other("CreateToken at x.test".to_owned());
            let error = timed_out(Duration::from_secs(5), Some(&last), is_sign_in, failure);
            assert_eq!(error.exit(), Exit::Failed);
            assert_eq!(
                error.one_line(),
                "Timed out after 5s (--timeout), waiting for CreateToken at x.test: could not \
                 connect to x.test: connection refused (hint: vestibule doctor)"
            );
        }
    }
}
