use std::time::Duration;

use vestibule_oidc::{Verification, WebAddress};
use vestibule_types::Secret;

/// The user interface of a sign-in: a terminal, a TUI or an editor.
///
/// A host that wants no callbacks begins with [`Sessions::begin_sign_in`](crate::Sessions::begin_sign_in)
/// (`IdentityCenter::begin_sign_in` in the facade), and performs the steps itself.
pub trait Ui: Send + Sync {
    /// Shows a code to compare, and the page on which to approve it.
    fn show(&self, verification: &Verification);

    /// Opens a page in a browser, or shows its address.
    fn open(&self, page: &WebAddress);

    /// Returns the address of a redirect that the user pasted since the last call.
    ///
    /// Called several times a second while a redirect is awaited; must not block.
    fn pasted(&self) -> Option<Secret> {
        None
    }

    /// Returns whether the user cancelled the sign-in. Called as often.
    fn cancelled(&self) -> bool {
        false
    }

    /// Called when the sign-in begins to wait for something.
    fn progress(&self, _event: Event) {}
}

/// An event during a sign-in: what it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The user has not approved the request yet; the next request is sent after this time.
    Approval(Duration),
    /// The browser has not been redirected yet; the sign-in expires after this time.
    Redirect(Duration),
    /// A request failed before the user could be asked; it is sent again after this time.
    Retry(Duration),
    /// The user pasted an address that does not belong to this sign-in.
    StrayPaste,
    /// Another process is signing in to the same session.
    OtherProcess,
}
