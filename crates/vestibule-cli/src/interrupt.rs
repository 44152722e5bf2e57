//! Ctrl-C.

/// Ends the program with 130 on Ctrl-C, but not in the middle of a file.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    actions: [Option<signal_hook::SigId>; 2],
}

#[cfg(unix)]
impl Interrupts {
    /// The signal's own handler does it: a thread that waits for it would cost a credential helper
    /// a tenth of its life. Where there can be no handler the signal itself ends the program,
    /// which shells call 130 too.
    pub(crate) fn watch() -> Self {
        use signal_hook::consts::SIGINT;
        use signal_hook::flag;

        use crate::exit::Exit;

        let status = Exit::Interrupted as i32;
        let ending = vestibule::defer_exit_during_writes(status);
        // In this order: a write that ends meanwhile sees the one or the other.
        let wanted = flag::register(SIGINT, ending.requested);
        let quiet = flag::register_conditional_shutdown(SIGINT, status, ending.is_idle);
        Self { actions: [wanted.ok(), quiet.ok()] }
    }

    /// Somebody else looks after it from now on.
    pub(crate) fn release(&self) {
        for action in self.actions.into_iter().flatten() {
            signal_hook::low_level::unregister(action);
        }
    }
}

#[cfg(not(unix))]
impl Interrupts {
    pub(crate) fn watch() -> Self {
        Self {}
    }
}
