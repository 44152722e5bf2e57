use std::process::Command;
use std::time::Duration;

use vestibule_os::{Limits, set_own_process_group};

use super::Expiration;
use crate::other_program;

/// The time that a hook may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Runs a program without a shell and waits until it exits. An error continues the sentence "The
/// hook …".
///
/// The program has no terminal, so that it cannot write into the output of another command.
pub(super) fn run(words: &[String], session: &str, expiration: &Expiration) -> Result<(), String> {
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .env("VESTIBULE_SESSION", session)
        .env("VESTIBULE_SESSION_EXPIRATION", expiration.at.to_string())
        .env("VESTIBULE_SESSION_REMAINING", expiration.remaining.as_secs().to_string());
    set_own_process_group(&mut command);
    let limits = Limits { timeout: TIMEOUT, output: 0 };
    other_program::run(command, limits).map(drop).map_err(|failure| failure.problem)
}
