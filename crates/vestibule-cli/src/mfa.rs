//! The codes of MFA devices, from the person at the terminal.

use std::io;

use vestibule::{MfaPrompt, Secret};

use crate::asker::{Asker, Keyboard};

/// How often a person may mistype before it is left at that.
const ATTEMPTS: u32 = 3;

/// Asks at the terminal, or says why nobody can be asked.
pub(crate) fn prompt(may_prompt: bool) -> MfaPrompt {
    prompt_while(may_prompt, || Ok(()))
}

/// Asks at the terminal as long as it is there to be asked at; else says why it is not.
pub(crate) fn prompt_while(
    may_prompt: bool,
    is_ours: impl Fn() -> Result<(), &'static str> + Send + Sync + 'static,
) -> MfaPrompt {
    const NOBODY: &str = "nobody can be asked: the input is no terminal, or --no-input is given";
    MfaPrompt::blocking(move |device| {
        is_ours().map_err(nobody)?;
        if may_prompt { ask(&Keyboard, device) } else { Err(nobody(NOBODY)) }
    })
}

/// The code is shown as it is typed: it works once, and for half a minute.
fn ask(asker: &dyn Asker, device: &str) -> io::Result<Secret> {
    for _ in 0..ATTEMPTS {
        let Some(code) = asker.ask(&format!("MFA code for {device}: "))? else { break };
        if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Secret::new(code));
        }
        asker.say("  six digits, please");
    }
    Err(nobody("nobody typed one"))
}

fn nobody(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    struct Person(RefCell<Vec<&'static str>>);

    impl Asker for Person {
        fn say(&self, _line: &str) {}

        fn ask(&self, _prompt: &str) -> io::Result<Option<String>> {
            Ok(self.0.borrow_mut().pop().map(str::to_owned))
        }
    }

    #[track_caller]
    fn check(typed: &[&'static str], expected: Result<&str, &str>) {
        let person = Person(RefCell::new(typed.iter().rev().copied().collect()));
        let code = ask(&person, "device").map_err(|error| error.to_string());
        let code = code.as_ref().map(Secret::expose).map_err(String::as_str);
        assert_eq!(code, expected);
    }

    #[test]
    fn mfa_code_is_six_digits_within_three_attempts() {
        check(&["123456"], Ok("123456"));
        check(&["", "12345", "123456"], Ok("123456"));
        check(&["", "12345x", "1234567", "123456"], Err("nobody typed one"));
        check(&[], Err("nobody typed one"));
    }
}
