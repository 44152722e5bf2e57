//! A service whose tasks share one session: `cargo run -p vestibule --example service`.
//!
//! The session refreshes the credentials, once for all tasks; an error ends the service, with the
//! command that resolves it.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example that talks to the user")]

use std::process::ExitCode;
use std::time::Duration;

use tokio::task::JoinSet;
use vestibule::{Error, ErrorKind, Remedy, Session};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    // The error with its causes, on one line.
    eprintln!("service: {error:#}");
    match error.remedy().map(|remedy| (remedy, remedy.command())) {
        Some((_, Some(command))) => eprintln!("type: {}", command.join(" ")),
        Some((Remedy::EnterRuntime, None)) | None => {}
        Some((remedy, None)) => eprintln!("to resolve it: {remedy}"),
    }
    match error.kind() {
        ErrorKind::SignInNeeded => ExitCode::from(4),
        _ => ExitCode::FAILURE,
    }
}

async fn run() -> Result<(), Error> {
    let session = Session::load().await?;
    let mut tasks = JoinSet::new();
    for number in 1..=3 {
        tasks.spawn(work(number, session.clone()));
    }
    while let Some(result) = tasks.join_next().await {
        // The first error ends the other tasks, since the set is dropped.
        result.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
    }
    Ok(())
}

/// Gets credentials for each piece of work, rather than once: they expire.
async fn work(number: u32, session: Session) -> Result<(), Error> {
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..3 {
        ticks.tick().await;
        let credentials = session.credentials().await?;
        let provider = credentials.provider().unwrap_or("unknown");
        println!("task {number}: {} from {provider}", credentials.access_key_id());
    }
    Ok(())
}
