//! The browser of the person at this machine.

/// Starts `$BROWSER`, else the desktop's browser, on an absolute `http` or `https` address; says
/// whether one was started. It is not waited for.
pub use vestibule_os::browser::open;

/// Why a browser on this machine is of no use, in words; `None` if it is.
pub use vestibule_os::remote::why as why_not;
