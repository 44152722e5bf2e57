//! The browser of the user at this machine.

/// Opens an absolute `http` or `https` address in `$BROWSER`, else in the desktop's browser, without
/// waiting for it. Returns whether a browser was started.
pub use vestibule_os::browser::open;

/// Returns the reason why a browser started here cannot complete a sign-in; `None` if it can.
pub use vestibule_os::browser::unavailable_reason;
