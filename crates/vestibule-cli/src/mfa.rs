//! Prompts for the codes of MFA devices.

use std::io;

use vestibule::{MfaPrompt, Secret};

use crate::interrupt::Interrupts;
use crate::prompt::{Prompt, Question, Terminal};

/// Returns a prompt on the terminal, or one that fails if prompts are disabled.
pub(crate) fn prompt(may_prompt: bool, interrupts: &Interrupts) -> MfaPrompt {
    prompt_while(may_prompt, interrupts, || Ok(()))
}

/// Returns a prompt on the terminal that fails as soon as `is_available` does.
pub(crate) fn prompt_while(
    may_prompt: bool,
    interrupts: &Interrupts,
    is_available: impl Fn() -> Result<(), &'static str> + Send + Sync + 'static,
) -> MfaPrompt {
    const DISABLED: &str = "prompts are disabled: stdin is not a terminal, or --no-input is set";
    let interrupts = interrupts.clone();
    MfaPrompt::blocking(move |device| {
        is_available().map_err(unsupported)?;
        if may_prompt {
            read_code(&Terminal::new(&interrupts), device)
        } else {
            Err(unsupported(DISABLED))
        }
    })
}

/// The code is echoed: it works once, and for half a minute.
fn read_code(prompt: &dyn Prompt, device: &str) -> io::Result<Secret> {
    let message = format!("MFA code for {device}:");
    let question = Question { message: &message, ..Question::default() };
    let check = |code: &str| {
        let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(()) } else { Err("expected six digits".to_owned()) }
    };
    let code = prompt.text(&question, &check);
    code.map(Secret::new).map_err(|_| unsupported("no code was entered"))
}

fn unsupported(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, reason)
}
