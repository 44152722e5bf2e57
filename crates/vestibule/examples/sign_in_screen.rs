//! A terminal program signs the user in on its own screen:
//! `cargo run -p vestibule --example sign_in_screen`. Enter cancels.
//!
//! The sign-in runs on a thread and writes into the model, from which the screen is drawn.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a program, with a terminal")]

use std::io::{Write as _, stdin, stdout};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use vestibule::{Error, Flow, Session, SignInOptions, Ui, Verification, WebAddress};

/// The content of the screen.
#[derive(Default)]
struct Model {
    page: String,
    code: String,
    until: Option<Instant>,
    cancelled: bool,
}

#[derive(Default)]
struct Screen(Mutex<Model>);

impl Screen {
    fn model(&self) -> MutexGuard<'_, Model> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, frame: usize) {
        let Model { page, code, until, .. } = &*self.model();
        let left = until.map(|until| until.saturating_duration_since(Instant::now()).as_secs());
        let spinner = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"][frame % 6];
        print!("\x1b[H\x1b[J\x1b[1mSign in\x1b[0m {spinner}\r\n\r\n");
        if let Some(left) = left {
            print!("  page  {page}\r\n  code  \x1b[1m{code}\x1b[0m   {left} s left\r\n");
        }
        print!("\r\nEnter cancels.");
        // Best effort: without a terminal there is no screen.
        let _ = stdout().flush();
    }
}

impl Ui for Screen {
    fn show(&self, verification: &Verification) {
        let mut model = self.model();
        model.page = verification.complete_address.to_string();
        model.code.clone_from(&verification.user_code);
        model.until = Some(Instant::now() + verification.expires_in);
    }

    fn open(&self, page: &WebAddress) {
        self.model().page = page.to_string();
    }

    fn cancelled(&self) -> bool {
        self.model().cancelled
    }
}

fn main() -> Result<(), Error> {
    let session = Session::builder().load_blocking()?;
    let center = session.identity_center()?;
    let screen = Arc::new(Screen::default());
    let keyboard = screen.clone();
    thread::spawn(move || {
        // The end of the input does not cancel.
        keyboard.model().cancelled =
            stdin().read_line(&mut String::new()).is_ok_and(|read| 0 < read);
    });

    print!("\x1b[?1049h\x1b[?25l");
    let ui = screen.clone();
    let signing_in = thread::spawn(move || {
        center.blocking().sign_in(SignInOptions::new(Flow::DeviceCode), &*ui)
    });
    for frame in 0.. {
        screen.draw(frame);
        if signing_in.is_finished() {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    print!("\x1b[?25h\x1b[?1049l");
    if let Ok(outcome) = signing_in.join() {
        println!("signed in until {}", outcome?.expires_at);
        println!("{}", session.blocking().credentials()?.access_key_id());
    }
    Ok(())
}
