//! Links the unwinder of GCC statically, where the linker has it.
//!
//! Loading `libgcc_s.so.1` takes 6 % of the time of a credential helper, and small container images do
//! not have the file.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    if let Some(folder) = unwinder_folder() {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Returns the folder of the static unwinder of glibc targets.
fn unwinder_folder() -> Option<PathBuf> {
    let variable = |name: &str| env::var(name).ok();
    if variable("CARGO_CFG_TARGET_ENV")? != "gnu" || variable("CARGO_CFG_TARGET_OS")? != "linux" {
        return None;
    }
    // The default linker is that of the host.
    let linker = match variable("RUSTC_LINKER") {
        Some(linker) => linker,
        None if variable("HOST") == variable("TARGET") => "cc".to_owned(),
        None => return None,
    };
    let output = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    let is_found = path.is_absolute() && path.is_file();
    is_found.then(|| path.parent().map(PathBuf::from)).flatten()
}
