use std::io::{self, Read as _, Write as _};

use vestibule::RefreshJob;

use crate::app::App;
use crate::error::Error;
use crate::exit::Exit;
use crate::helper_process::MAX_REPORT;

/// Refreshes a token for the command that started this process.
pub(crate) fn run(app: &App<'_>) -> Result<Exit, Error> {
    detach(app);
    let mut text = String::new();
    io::stdin().take(MAX_REPORT).read_to_string(&mut text)?;
    let job = RefreshJob::from_json(&text)?;
    let report = app.configuration()?.refresh_for_job_blocking(&job)?;
    // Ignored: the command may have exited. The token is stored all the same.
    let _ = io::stdout().write_all(report.to_json().as_bytes());
    Ok(Exit::Done)
}

/// Leaves the terminal and the process group of the command, and outlives signals to either.
#[cfg(unix)]
fn detach(app: &App<'_>) {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    app.interrupts.uninstall();
    // With a handler that does nothing, since ignored signals would be passed on.
    let received = Arc::new(AtomicBool::new(false));
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
        let _ = signal_hook::flag::register(signal, received.clone());
    }
    let _ = nix::unistd::setsid();
}

/// Outlives Ctrl-C, should a command have started it in its own console.
#[cfg(windows)]
fn detach(app: &App<'_>) {
    app.interrupts.uninstall();
}
