//! Prints the plan of a profile, with the origin of each value.
//!
//! `cargo run -p vestibule-profile --example plan -- [PROFILE]`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program: it has an environment, files and an output"
)]

use std::process::ExitCode;
use std::{env, fs, io};

use vestibule_profile::{Files, Location, Overrides, locate, plan};
use vestibule_types::{Platform, Vars};

fn main() -> ExitCode {
    match show() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn show() -> Result<(), Box<dyn std::error::Error>> {
    let vars: Vars = env::vars().collect();
    let locations = locate(&vars, Platform::HERE);
    let files = Files::new(&locations, read(&locations.config)?, read(&locations.credentials)?);
    let overrides = match env::args().nth(1) {
        Some(name) => Overrides::default().with_profile(name, "argument"),
        None => Overrides::default(),
    };
    print!("{}", plan(&files, &vars, &overrides)?);
    Ok(())
}

fn read(location: &Location) -> io::Result<Option<Vec<u8>>> {
    let Some(path) = location.path() else { return Ok(None) };
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
