use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use vestibule_emulator::Emulator;
use vestibule_oidc::{Verification, WebAddress};
use vestibule_sso::Ui;
use vestibule_types::Secret;
use vestibule_world::{BoxFuture, Callback, Callbacks, Listener};

/// A user who approves every sign-in request in a browser.
///
/// On drop, checks that no request violated the service models.
#[derive(Debug)]
pub struct AutoApprover {
    emulator: Emulator,
    redirects: Redirects,
    is_pasting: bool,
}

impl AutoApprover {
    /// Creates a user of this emulator.
    pub fn new(emulator: &Emulator) -> Self {
        Self { emulator: emulator.clone(), redirects: Redirects::default(), is_pasting: false }
    }

    /// Makes the user copy the address of a redirect from the browser, for sign-ins without a listener.
    #[must_use]
    pub fn pasting(mut self) -> Self {
        self.is_pasting = true;
        self
    }

    /// Returns the loopback listener to which the browser is redirected.
    pub fn listener(&self) -> Arc<dyn Listener> {
        Arc::new(self.redirects.clone())
    }
}

impl Ui for AutoApprover {
    fn show(&self, verification: &Verification) {
        assert_eq!(self.emulator.approve(&verification.user_code), Ok(()));
    }

    fn open(&self, page: &WebAddress) {
        if let Some(address) = self.emulator.authorize(page.as_str()) {
            self.redirects.push(address);
        }
    }

    fn pasted(&self) -> Option<Secret> {
        self.is_pasting.then(|| self.redirects.pop()).flatten().map(Secret::new)
    }
}

impl Drop for AutoApprover {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.emulator.violations(), [], "requests that violate the service models");
        }
    }
}

/// Addresses to which the browser was redirected, the oldest first.
#[derive(Clone, Debug, Default)]
struct Redirects(Arc<Mutex<VecDeque<String>>>);

impl Redirects {
    fn push(&self, address: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(address);
    }

    fn pop(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl Listener for Redirects {
    fn bind(&self, _port: u16) -> io::Result<Box<dyn Callbacks>> {
        while self.pop().is_some() {}
        Ok(Box::new(self.clone()))
    }
}

impl Callbacks for Redirects {
    fn port(&self) -> u16 {
        4_711
    }

    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>> {
        let redirect = self.pop();
        Box::pin(async move {
            let address = redirect.ok_or(io::ErrorKind::WouldBlock)?;
            let path = address.splitn(4, '/').nth(3).unwrap_or_default();
            Ok(Callback::new(Secret::new(format!("/{path}")), |_page| {}))
        })
    }
}
