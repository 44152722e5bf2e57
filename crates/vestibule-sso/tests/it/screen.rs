use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use vestibule_oidc::{Verification, WebAddress};
use vestibule_sso::{Event, Ui};
use vestibule_types::Secret;

/// A user interface that remembers what it was shown.
#[derive(Default)]
pub(crate) struct Screen {
    shown: Mutex<Vec<String>>,
    events: Mutex<Vec<Event>>,
    /// The number of the first check for cancellation that returns true; 0 if none does.
    cancels_after: u32,
    checks: AtomicU32,
    pastes: Mutex<Vec<String>>,
}

impl Screen {
    /// Creates a screen whose user has cancelled from this check on.
    pub(crate) fn cancelling_after(checks: u32) -> Self {
        Self { cancels_after: checks, ..Self::default() }
    }

    /// Creates a screen whose user pastes these texts one after the other. `STATE` is replaced by the
    /// state in the address of the page.
    pub(crate) fn pasting<const N: usize>(texts: [&str; N]) -> Self {
        let pastes = texts.iter().rev().map(|text| (*text).to_owned()).collect();
        Self { pastes: Mutex::new(pastes), ..Self::default() }
    }

    /// Returns the codes and pages.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.shown.lock().unwrap().clone()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }
}

impl Ui for Screen {
    fn show(&self, verification: &Verification) {
        self.shown.lock().unwrap().push(verification.user_code.clone());
    }

    fn open(&self, page: &WebAddress) {
        self.shown.lock().unwrap().push(page.to_string());
    }

    fn pasted(&self) -> Option<Secret> {
        let text = self.pastes.lock().unwrap().pop()?;
        let shown = self.shown.lock().unwrap();
        Some(Secret::new(text.replace("STATE", state(shown.last().unwrap()))))
    }

    fn cancelled(&self) -> bool {
        let checks = self.checks.fetch_add(1, Ordering::SeqCst) + 1;
        self.cancels_after != 0 && self.cancels_after <= checks
    }

    fn progress(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }
}

/// Returns the `state` in the address of an authorize page.
pub(crate) fn state(page: &str) -> &str {
    let (_, rest) = page.split_once("state=").unwrap();
    rest.split('&').next().unwrap()
}
