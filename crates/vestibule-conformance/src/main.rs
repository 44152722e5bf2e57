//! The conformance runner, started by `cargo xtask conformance`.

use std::env;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use vestibule_conformance::{Args, run};

#[expect(clippy::print_stderr, reason = "a command-line program reports errors on stderr")]
fn main() -> ExitCode {
    let passed = Args::parse(env::args().skip(1)).and_then(|args| {
        run(&own_testdata()?, &args, &mut io::stdout()).map_err(|error| error.to_string())
    });
    match passed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the directory of the project's own cases, read at run time because a clone may be moved.
fn own_testdata() -> Result<PathBuf, String> {
    let folder = env::var_os("CARGO_MANIFEST_DIR")
        .ok_or("CARGO_MANIFEST_DIR is not set; run `cargo xtask conformance`")?;
    Ok(PathBuf::from(folder).join("testdata"))
}
