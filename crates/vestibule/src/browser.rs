//! The browser of the person at this machine.

/// Starts `$BROWSER`, else the desktop's browser, on an absolute `http` or `https` address; says
/// whether one was started. It is not waited for.
pub use vestibule_os::browser::open;

/// Returns the reason why a browser started here cannot complete a sign-in; `None` if it can.
pub use vestibule_os::browser::unavailable_reason;
