//! The browser of the user at this machine.

pub use vestibule_os::browser::{open, unavailable_reason};
