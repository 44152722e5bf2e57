//! The program: `cargo xtask conformance` runs it.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use vestibule_conformance::{Args, run};

#[expect(clippy::print_stderr, reason = "a program that talks to developers")]
fn main() -> ExitCode {
    let good = Args::parse(env::args().skip(1))
        .and_then(|args| run(&own()?, &args, &mut io::stdout()).map_err(|error| error.to_string()));
    match good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The project's own cases. Cargo says where they are, at run time: a clone may have been moved.
fn own() -> Result<PathBuf, String> {
    let folder = env::var_os("CARGO_MANIFEST_DIR").ok_or("started without cargo")?;
    Ok(PathBuf::from(folder).join("testdata"))
}
