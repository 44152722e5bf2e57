//! Ctrl-C.

use std::{process, thread};

use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;

use crate::exit::Exit;

/// Ends the program with 130 on Ctrl-C, but not in the middle of a file.
///
/// Where that cannot be had, the signal itself ends it, which shells call 130 too.
pub(crate) fn watch() {
    let Ok(mut signals) = Signals::new([SIGINT]) else { return };
    let wait = move || {
        if signals.forever().next().is_some() {
            vestibule::between_writes(|| process::exit(Exit::Interrupted as i32));
        }
    };
    let _ = thread::Builder::new().name("vestibule-interrupt".into()).spawn(wait);
}
