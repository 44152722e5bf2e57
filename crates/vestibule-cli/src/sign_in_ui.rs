//! Sign-in on a terminal: pages, codes, pasted URLs, and events of `--json`.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::json;
use vestibule::{Event, Secret, Ui, Verification, WebAddress};

use crate::app::App;
use crate::opener::{Opened, Opener};
use crate::printer::Tone;
use crate::prompt::{self, Prompt as _, Question};
use crate::screen;
use crate::waiting::{Expiration, Wait};

/// Shows the page to approve on, opens a browser, and accepts a pasted redirect URL.
pub(crate) struct SignInUi<'a> {
    app: &'a App<'a>,
    /// Host of the portal, shown so that users can compare it.
    host: String,
    browser: Browser,
    /// The program that opens pages, if there is one.
    opener: Option<Opener>,
    pasted: Option<Mutex<Receiver<String>>>,
    waiting: Mutex<Option<Wait>>,
    code_expires_at: Mutex<Option<Instant>>,
}

/// The browser in which the user approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// On this machine, which receives the redirect.
    Local,
    /// On any machine; the user copies the code that it shows.
    Remote,
}

impl<'a> SignInUi<'a> {
    pub(crate) fn new(app: &'a App<'a>, host: impl Into<String>, opener: Option<Opener>) -> Self {
        let (host, browser) = (host.into(), Browser::Local);
        let (waiting, code_expires_at) = (Mutex::default(), Mutex::default());
        Self { app, host, browser, opener, pasted: None, waiting, code_expires_at }
    }

    /// Returns the interface that reads redirect URLs from stdin, which the user pastes.
    pub(crate) fn with_pasted_redirects(mut self) -> Self {
        // A script may read stdin itself, as in a loop around the command.
        if self.opener.is_none() || io::stdin().is_terminal() {
            self.pasted = Some(Mutex::new(stdin_lines()));
        }
        self
    }

    /// Returns the interface for another browser.
    pub(crate) fn with_browser(mut self, browser: Browser) -> Self {
        self.browser = browser;
        self
    }

    /// Asks a yes-or-no question; without a terminal the answer is no.
    pub(crate) fn confirm(&self, question: &str) -> bool {
        if !self.app.may_prompt() {
            return false;
        }
        self.stop_waiting();
        let answer = if let Some(lines) = &self.pasted {
            // The thread that waits for a pasted URL reads stdin.
            self.app.printer.note(question);
            lines.lock().ok().and_then(|lines| lines.recv().ok())
        } else {
            let question = Question { message: question, default: Some("n"), help: None };
            prompt::Terminal::new(&self.app.interrupts).text(&question, &|_| Ok(())).ok()
        };
        answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    fn stop_waiting(&self) {
        lock(&self.waiting).take();
    }

    fn event(&self, event: &serde_json::Value) {
        if self.app.printer.json {
            // Ignored: stdout was closed, and the sign-in continues.
            let _ = self.app.printer.result(&event.to_string());
        }
    }

    fn open_page(&self, page: &WebAddress) -> Opened {
        let Some(opener) = &self.opener else { return Opened::Nothing };
        opener.open(self.app, page.as_str()).unwrap_or_else(|error| {
            self.app.printer.warn(&format!("the browser was not opened: {error}"));
            Opened::Nothing
        })
    }

    fn print_page(&self, page: &WebAddress) {
        let printer = &self.app.printer;
        printer.note(&format!("  {}", printer.tone(Tone::Command, page.as_str())));
        let portal = printer.tone(Tone::Quiet, &format!("(portal: {})", self.host));
        printer.note(&format!("  {portal}"));
    }
}

impl Ui for SignInUi<'_> {
    fn show(&self, verification: &Verification) {
        self.stop_waiting();
        let page = &verification.complete_address;
        self.event(&json!({
            "event": "verification", "url": verification.address.as_str(),
            "completeUrl": page.as_str(), "userCode": verification.user_code,
            "expiresIn": verification.expires_in.as_secs(),
        }));
        *lock(&self.code_expires_at) = Instant::now().checked_add(verification.expires_in);
        let printer = &self.app.printer;
        let opened = self.open_page(page);
        let qr_code = (opened != Opened::Browser && self.app.can_draw()).then(|| {
            // Above the URL, which must stay visible.
            QrCode::new(page.as_str()).map(|code| code.in_terminal(page.as_str(), screen::size()))
        });
        let qr_code = qr_code.flatten();
        if let Some(Ok(code)) = &qr_code {
            code.lines().for_each(|line| printer.note(&printer.tone(Tone::QrCode, line)));
        }
        printer.note(match opened {
            Opened::Browser => "In the browser, approve only if it shows this code:",
            Opened::Clipboard => {
                "The URL is in the clipboard. Open it, and approve only if it shows this code:"
            }
            Opened::Nothing => {
                "Open this page on any device, and approve only if it shows this code:"
            }
        });
        self.print_page(page);
        printer.note(&format!("  code: {}", printer.tone(Tone::Good, &verification.user_code)));
        if let Some(Err(size)) = qr_code {
            printer.note(&printer.tone(Tone::Quiet, &format!("  ({size})")));
        }
    }

    fn open(&self, page: &WebAddress) {
        self.stop_waiting();
        self.event(&json!({ "event": "open", "url": page.as_str() }));
        let printer = &self.app.printer;
        if self.browser == Browser::Remote {
            printer.note("Open this page in any browser, approve, then paste the code it shows:");
            self.print_page(page);
            return;
        }
        printer.note(match self.open_page(page) {
            Opened::Browser => "Approve in the browser. If no page opened, go to:",
            Opened::Clipboard => {
                "The URL is in the clipboard. Open it in a browser on this machine, then approve:"
            }
            Opened::Nothing => "Open this page in a browser on this machine, then approve:",
        });
        self.print_page(page);
        if self.pasted.is_some() {
            printer.note(
                "  (browser on another machine: paste the URL of its last page, and press Enter)",
            );
        }
    }

    fn pasted(&self) -> Option<Secret> {
        let lines = self.pasted.as_ref()?.lock().ok()?;
        lines.try_recv().ok().map(Secret::new)
    }

    fn progress(&self, event: Event) {
        let printer = &self.app.printer;
        match event {
            Event::StrayPaste => {
                self.stop_waiting();
                printer.note("That URL does not belong to this sign-in.");
            }
            Event::OtherProcess => printer.note("Another process is signing in; waiting for it."),
            Event::Retry(_) => {
                let wait = || Wait::begin("Waiting for the sign-in service");
                lock(&self.waiting).get_or_insert_with(wait);
            }
            Event::Approval(_) => {
                let expiration = lock(&self.code_expires_at).map(Expiration::Code);
                lock(&self.waiting).get_or_insert_with(|| Wait::for_approval(expiration));
            }
            Event::Redirect(left) => {
                let expiration = Instant::now().checked_add(left).map(Expiration::Wait);
                lock(&self.waiting).get_or_insert_with(|| Wait::for_approval(expiration));
            }
            _ => {}
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the lines of stdin, read by a thread.
fn stdin_lines() -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if !line.trim().is_empty() && sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A QR code of a URL.
#[derive(Debug)]
struct QrCode {
    /// Lines of half blocks.
    lines: Vec<String>,
}

impl QrCode {
    /// Lines below the code: what to do, the portal, the code to compare, and the line that waits.
    const LINES_BELOW: usize = 4;

    fn new(url: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(url, qrcode::EcLevel::L).ok()?;
        let drawn = code.render::<qrcode::render::unicode::Dense1x2>().quiet_zone(true).build();
        // Half of the quiet zone above and below is enough for cameras.
        let lines: Vec<_> = drawn.lines().map(str::to_owned).collect();
        Some(Self { lines: lines.get(1..lines.len() - 1)?.to_vec() })
    }

    /// Returns the code if the terminal can show it together with the URL; otherwise how large the
    /// terminal must be.
    fn in_terminal(&self, url: &str, (columns, rows): (usize, usize)) -> Result<String, String> {
        let width =
            self.lines.iter().map(|line| screen::text_width(line)).max().unwrap_or_default();
        let url_rows = (url.len() + 2).div_ceil(columns.max(1));
        let height = self.lines.len() + url_rows + Self::LINES_BELOW;
        if width <= columns && height <= rows {
            return Ok(self.lines.join("\n"));
        }
        let width = width.max(columns.min(80));
        Err(format!("a terminal of {width} columns and {height} rows shows a QR code, too"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qr_code_is_shown_only_together_with_the_url() {
        let short = "https://d.test/?user_code=ABCD-EFGH";
        let code = QrCode::new(short).unwrap();
        assert!(code.in_terminal(short, (80, 24)).unwrap().lines().count() + 5 <= 24);
        assert!(code.in_terminal(short, (80, 20)).is_err());
        let long = "https://provided-domain.awsapps.com/start/#/device?user_code=ABCD-EFGH";
        let code = QrCode::new(long).unwrap();
        let message = "a terminal of 80 columns and 24 rows shows a QR code, too";
        assert_eq!(code.in_terminal(long, (80, 23)).unwrap_err(), message);
        assert!(code.in_terminal(long, (80, 24)).is_ok());
        assert!(code.in_terminal(long, (30, 99)).is_err());
    }
}
