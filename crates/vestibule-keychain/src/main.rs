//! The keychain of the system for `vestibule`, which runs this program for each secret.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use vestibule_keychain::{Keychain as _, SystemKeychain};
use zeroize::Zeroizing;

/// The limit for a secret.
const MAX_SECRET: u64 = 256 << 10;
const USAGE: &str = "Usage: vestibule-keychain get|set|remove NAME
       vestibule-keychain check

Stores secrets of `vestibule` in the keychain of the system.
`get` prints a secret, `set` reads it from stdin, and `check` prints which keychain is used.
Exit code 3: there is no such secret.";

type BoxError = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match *args {
        ["get", name] if is_name(name) => get(name),
        ["set", name] if is_name(name) => set(name),
        ["remove", name] if is_name(name) => SystemKeychain::new().remove(name).map_err(Into::into),
        ["check"] => check(),
        ["--version"] => print(concat!("vestibule-keychain ", env!("CARGO_PKG_VERSION"), "\n")),
        ["--help"] => print(&format!("{USAGE}\n")),
        _ => {
            // Ignored: stderr was closed.
            let _ = writeln!(io::stderr(), "{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(3),
        Err(error) => {
            // Ignored: stderr was closed.
            let _ = writeln!(io::stderr(), "{}", vestibule_types::with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

/// Returns whether a name is one of a token's file.
fn is_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name.len() <= 128 && name.bytes().all(is_allowed)
}

fn get(name: &str) -> Result<bool, BoxError> {
    let Some(secret) = SystemKeychain::new().get(name)? else { return Ok(false) };
    io::stdout().write_all(&secret)?;
    Ok(true)
}

fn set(name: &str) -> Result<bool, BoxError> {
    let mut secret = Zeroizing::new(Vec::with_capacity(16 << 10));
    let read = io::stdin().take(MAX_SECRET + 1).read_to_end(&mut secret)?;
    if read == 0 || MAX_SECRET < secret.len().try_into()? {
        return Err("the secret on stdin is empty or too long".into());
    }
    SystemKeychain::new().set(name, &secret)?;
    Ok(true)
}

fn check() -> Result<bool, BoxError> {
    print(&format!("{}\n", SystemKeychain::new().check()?))
}

fn print(text: &str) -> Result<bool, BoxError> {
    io::stdout().write_all(text.as_bytes())?;
    Ok(true)
}
