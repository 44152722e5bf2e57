//! Ctrl-C.

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::exit::Exit;

/// Ends the program with 130 on Ctrl-C, but not in the middle of a file.
///
/// The signal's own handler does it: a thread that waits for it would cost a credential helper a
/// tenth of its life. Where there can be no handler the signal itself ends the program, which
/// shells call 130 too.
pub(crate) fn watch() {
    let status = Exit::Interrupted as i32;
    let ending = vestibule::end_between_writes(status);
    // In this order: a write that ends meanwhile sees the one or the other.
    let _ = flag::register(SIGINT, ending.is_wanted);
    let _ = flag::register_conditional_shutdown(SIGINT, status, ending.is_quiet);
}
