//! Says what is built, for `--version --json`, links the unwinder of GCC statically, where the linker
//! has it, and leaves the tables of unwinding out of programs for release, where the linker can.
//!
//! Loading `libgcc_s.so.1` takes 6 % of the time of a credential helper, and small container images do
//! not have the file.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    println!("cargo::rerun-if-env-changed=VESTIBULE_COMMIT");
    println!("cargo::rustc-env=BUILD_COMMIT={}", commit().unwrap_or_default());
    println!("cargo::rustc-env=BUILD_TARGET={}", env::var("TARGET").unwrap_or_default());
    println!("cargo::rustc-env=BUILD_FEATURES={}", features().join(" "));
    if let Some(folder) = unwinder_folder() {
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
    println!("cargo::rerun-if-changed={LINKER_SCRIPT}");
    for argument in arguments_without_unwind_tables().iter().flatten() {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}

/// Returns the commit that `cargo xtask dist` names, or that of a package from a registry.
///
/// The repository is not asked: every commit would build the program again.
fn commit() -> Option<String> {
    if let Ok(commit) = env::var("VESTIBULE_COMMIT") {
        return Some(commit);
    }
    let information = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, after) = information.split_once("\"sha1\": \"")?;
    after.split('"').next().map(str::to_owned)
}

fn features() -> Vec<String> {
    let names = env::vars().filter_map(|(name, _)| {
        let feature = name.strip_prefix("CARGO_FEATURE_")?;
        Some(feature.to_lowercase().replace('_', "-"))
    });
    names.filter(|name| name != "default").collect::<BTreeSet<_>>().into_iter().collect()
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

/// What the linker leaves out; relative to this package.
const LINKER_SCRIPT: &str = "link/no-unwind-tables.ld";

/// Returns the arguments that leave out the tables, if the linker takes them: GNU's and LLVM's do.
fn arguments_without_unwind_tables() -> Option<[String; 2]> {
    let variable = |name: &str| env::var(name).ok();
    if variable("PROFILE")? != "release" || variable("CARGO_CFG_TARGET_OS")? != "linux" {
        return None;
    }
    let script = Path::new(&variable("CARGO_MANIFEST_DIR")?).join(LINKER_SCRIPT);
    let arguments = ["-Wl,--no-eh-frame-hdr".to_owned(), format!("-Wl,-T,{}", script.display())];

    // Links nothing, with the linker that was chosen for the program.
    let flags = variable("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let chosen = flags.split('\x1f').filter_map(|flag| Some(flag.split_once("link-arg=")?.1));
    let output = Path::new(&variable("OUT_DIR")?).join("linked");
    let status = Command::new(variable("RUSTC_LINKER").unwrap_or_else(|| "cc".to_owned()))
        .args(["-shared", "-nostdlib", "-x", "c", "/dev/null"])
        .args(chosen)
        .args(&arguments)
        .arg("-o")
        .arg(output)
        .stderr(Stdio::null())
        .status();
    status.ok()?.success().then_some(arguments)
}
