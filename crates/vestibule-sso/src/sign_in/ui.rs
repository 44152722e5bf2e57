use std::time::Duration;

use vestibule_oidc::{Verification, WebAddress};
use vestibule_types::Secret;

/// What a terminal, a TUI or an editor does with a sign-in under way.
///
/// A host that wants no callbacks drives [`vestibule_oidc::SignIn`] itself.
pub trait Ui: Send + Sync {
    /// Shows a code to compare, and the page on which to approve it.
    fn show(&self, verification: &Verification);

    /// Opens a page in a browser, or shows its address.
    fn open(&self, page: &WebAddress);

    /// The address of a redirect that the person pasted since the last call.
    ///
    /// Asked several times a second while a redirect is awaited; must not block.
    fn pasted(&self) -> Option<Secret> {
        None
    }

    /// Whether the person gave up. Asked as often.
    fn cancelled(&self) -> bool {
        false
    }

    /// Something passed that takes time.
    fn progress(&self, _event: Event) {}
}

/// What a sign-in is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The person has not approved yet; asked again after this long.
    Approval(Duration),
    /// The browser has not come back yet.
    Redirect,
    /// A pasted address does not belong to this sign-in.
    StrayPaste,
    /// Another process is signing in to the same session.
    OtherProcess,
}
