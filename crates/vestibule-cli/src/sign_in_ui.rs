//! A sign-in, as a terminal shows it.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::json;
use vestibule::{Event, Secret, Ui, Verification, WebAddress};

use crate::app::App;
use crate::asker::{Asker as _, Keyboard};
use crate::printer::Tone;
use crate::progress::Progress;

/// Shows where to approve, opens a browser where that is wanted, and takes a pasted address.
pub(crate) struct Terminal<'a> {
    app: &'a App<'a>,
    /// Whose page it has to be, for people to compare.
    host: String,
    browser: Browser,
    opens_browser: bool,
    pasted: Option<Mutex<Receiver<String>>>,
    began: Instant,
    waiting: Mutex<Option<Progress>>,
}

/// Where the page that the person approves on is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// On this machine, to which it comes back.
    Here,
    /// Anywhere: what it ends with is carried over by the person.
    Anywhere,
}

impl<'a> Terminal<'a> {
    pub(crate) fn new(
        app: &'a App<'a>,
        host: impl Into<String>,
        opens_browser: bool,
        takes_pasted: bool,
    ) -> Self {
        // Somebody else's input is left alone: a loop over a list of profiles, say.
        let listens = takes_pasted && (!opens_browser || io::stdin().is_terminal());
        let pasted = listens.then(|| Mutex::new(lines_of_stdin()));
        let (host, browser) = (host.into(), Browser::Here);
        Self {
            app,
            host,
            browser,
            opens_browser,
            pasted,
            began: Instant::now(),
            waiting: Mutex::default(),
        }
    }

    /// With a browser there.
    pub(crate) fn with_browser(mut self, browser: Browser) -> Self {
        self.browser = browser;
        self
    }

    /// Asks whether to, of whoever pastes if somebody does; nobody there means no.
    pub(crate) fn confirms(&self, question: &str) -> bool {
        if !self.app.may_prompt() {
            return false;
        }
        self.wait_no_longer();
        let answer = match &self.pasted {
            // What is typed goes to those who wait for a pasted address.
            Some(lines) => {
                Keyboard.say(question);
                lines.lock().ok().and_then(|lines| lines.recv().ok())
            }
            None => Keyboard.ask(question).ok().flatten(),
        };
        answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Takes away the line that says what is waited for.
    fn wait_no_longer(&self) {
        self.waiting().take();
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Progress>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn event(&self, event: &serde_json::Value) {
        if self.app.printer.json {
            // Nobody listens any more; the sign-in goes on.
            let _ = self.app.printer.result(&event.to_string());
        }
    }

    fn opened(&self, page: &WebAddress) -> bool {
        self.opens_browser && vestibule::browser::open(page.as_str(), &self.app.vars)
    }

    fn say_where(&self, page: &WebAddress) {
        let printer = &self.app.printer;
        printer.note(&format!("  {}", printer.tone(Tone::Command, page.as_str())));
        let portal = printer.tone(Tone::Quiet, &format!("(portal: {})", self.host));
        printer.note(&format!("  {portal}"));
    }
}

impl Ui for Terminal<'_> {
    fn show(&self, verification: &Verification) {
        let page = &verification.complete_address;
        self.event(&json!({
            "event": "verification", "url": verification.address.as_str(),
            "completeUrl": page.as_str(), "userCode": verification.user_code,
            "expiresIn": verification.expires_in.as_secs(),
        }));
        let printer = &self.app.printer;
        let opened = self.opened(page);
        printer.note(if opened {
            "A page was opened in your browser. Compare the code there, then approve:"
        } else {
            "Open this page on any device, compare the code, then approve:"
        });
        self.say_where(page);
        printer.note(&format!("  code: {}", printer.tone(Tone::Good, &verification.user_code)));
        if !opened
            && printer.is_watched()
            && let Some(code) = qr(page.as_str())
        {
            printer.note(&code);
        }
    }

    fn open(&self, page: &WebAddress) {
        self.event(&json!({ "event": "open", "url": page.as_str() }));
        let printer = &self.app.printer;
        if self.browser == Browser::Anywhere {
            printer.note("Open this page in any browser, approve, then paste the code it shows:");
            self.say_where(page);
            return;
        }
        if self.opened(page) {
            printer
                .note("A page was opened in your browser. Approve there; if none appeared, open:");
        } else {
            printer.note("Open this page in a browser on this machine, then approve:");
        }
        self.say_where(page);
        if self.pasted.is_some() {
            printer
                .note("  (browser elsewhere? paste the address it ends at here, and press enter)");
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
                self.wait_no_longer();
                printer.note("That address does not belong to this sign-in.");
            }
            Event::OtherProcess => printer.note("Another process is signing in; waiting for it."),
            Event::Approval(_) | Event::Redirect => {
                let wait = || Progress::since(self.began, printer, "waiting for approval");
                self.waiting().get_or_insert_with(wait);
            }
            _ => {}
        }
    }
}

/// What is typed, line by line, without anybody waiting for it.
fn lines_of_stdin() -> Receiver<String> {
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

/// The address as a code for a camera, in half blocks.
fn qr(text: &str) -> Option<String> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L).ok()?;
    Some(code.render::<qrcode::render::unicode::Dense1x2>().quiet_zone(true).build())
}
