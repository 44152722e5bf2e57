//! The programs of a release, for each of its targets.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xshell::Cmd;

use super::folding;
use super::toolchain::{TARGET_DIR, commit, compiler, folder, require, setting};
use super::zig;
use crate::run::{program, write_script};

pub(super) const MUSL: &str = "x86_64-unknown-linux-musl";
const ARM_MUSL: &str = "aarch64-unknown-linux-musl";
pub(super) const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// A target, with the function that builds all programs for it and returns their folder.
type Build = (&'static str, fn() -> Result<PathBuf>);

/// The targets of a release.
pub(crate) const RELEASES: &[Build] =
    &[(MUSL, static_programs), (ARM_MUSL, static_arm64_programs), (WINDOWS, windows_programs)];

/// Returns the limit of `vestibule` for a target.
pub(crate) fn most_bytes(target: &str) -> u64 {
    if target.starts_with(WINDOWS) { 4_000_000 } else { 4_500_000 }
}

/// A program of a release.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    /// The features that it needs beside the default ones.
    pub(crate) features: &'static str,
    /// What it is, for the first line of its man page.
    pub(crate) about: &'static str,
}

pub(crate) const PROGRAMS: [Program; 3] = [
    Program {
        name: "vestibule",
        package: "vestibule-cli",
        features: "",
        about: "AWS credentials from IAM Identity Center (SSO)",
    },
    Program {
        name: "vestibule-emulator",
        package: "vestibule-emulator",
        features: "",
        about: "IAM Identity Center and STS for tests",
    },
    Program {
        name: "vestibule-keychain",
        package: "vestibule-keychain",
        features: "system",
        about: "tokens of vestibule in the keychain of the system",
    },
];

/// Builds static programs for x86-64.
pub(super) fn static_programs() -> Result<PathBuf> {
    require(&["musl-tools"])?;
    let stub = folder("musl")?;
    let [source, object] = ["unwind.c", "unwind.o"].map(|name| stub.join(name));
    std::fs::write(&source, UNWINDER).with_context(|| source.display().to_string())?;
    program("musl-gcc").args(["-Os", "-c"]).arg(&source).arg("-o").arg(&object).run()?;
    program("ar").arg("crs").arg(stub.join("libunwind.a")).arg(&object).run()?;
    let linker = stub.join("cc");
    // An option of rustc would change the programs with the path of this folder.
    write_script(&linker, &STATIC_LINKER.replace("STUB", &stub.display().to_string()))?;
    build(MUSL, STATIC, |command| with_linker(command, MUSL, &linker))
}

/// `musl-gcc` itself starts a static program by the file for dynamic ones.
const STATIC_LINKER: &str = "\
#!/bin/sh
musl=/usr/lib/x86_64-linux-musl
for argument; do
    if [ \"$argument\" = -static-pie ]; then
        exec gcc -nostartfiles $musl/rcrt1.o $musl/crti.o \"$@\" -L'STUB' -L$musl $musl/crtn.o
    fi
done
exec musl-gcc \"$@\"
";

/// What std asks of libunwind for backtraces, which are empty without tables for unwinding.
const UNWINDER: &str = "\
enum { END_OF_STACK = 5 };
int _Unwind_Backtrace(void *step, void *argument) { return END_OF_STACK; }
unsigned long _Unwind_GetIP(void *context) { return 0; }
";

/// Builds static programs for arm64, with the C library of zig.
fn static_arm64_programs() -> Result<PathBuf> {
    require(&["python3-venv"])?;
    let tools = zig::tools(ARM_MUSL)?;
    build(ARM_MUSL, STATIC, |command| {
        let suffix = ARM_MUSL.replace('-', "_");
        with_linker(command, ARM_MUSL, &tools.join("cc"))
            .env(format!("CC_{suffix}"), tools.join("cc"))
            .env(format!("AR_{suffix}"), tools.join("ar"))
    })
}

/// Builds programs for Windows.
pub(super) fn windows_programs() -> Result<PathBuf> {
    require(&["gcc-mingw-w64-x86-64", LLD])?;
    let linker = folder("windows")?.join("cc");
    let xtask = std::env::current_exe().context("xtask")?;
    let root = std::env::current_dir().context("the workspace")?.join("xtask");
    let script = WINDOWS_LINKER
        .replace("XTASK", &xtask.display().to_string())
        .replace("ROOT", &root.display().to_string());
    write_script(&linker, &script)?;
    build(WINDOWS, FOLDED, |command| command.env(setting(WINDOWS, "LINKER"), &linker))
}

/// Debian's GCC for mingw starts GNU's linker whatever `-fuse-ld` says; with a wrapper, it starts
/// `xtask cross link` with the arguments for the linker.
const WINDOWS_LINKER: &str = "\
#!/bin/sh
export CARGO_MANIFEST_DIR='ROOT'
exec x86_64-w64-mingw32-gcc -wrapper 'XTASK',cross,link \"$@\"
";

/// Of the version of LLVM that Debian's compiler has.
const LLD: &str = "lld-22";

/// Equal functions and constants are there once, and the programs have neither a time nor an
/// identifier of the build. The stack has the size that GNU's linker gives, twice that of lld.
const FOLDED: &[&str] = &[
    "-Zfunction-sections",
    "-Clink-arg=-Wl,--icf=all,--no-insert-timestamp,--build-id=none,--stack=0x200000",
    // A page: sections are mapped from the file, not copied.
    "-Clink-arg=-Wl,--file-alignment=4096",
];

/// Links a Windows program with lld. The first argument is the linker that GCC would start.
pub(super) fn link(arguments: &[String]) -> Result<()> {
    let (_, arguments) = arguments.split_first().context("no arguments for the linker")?;
    for object in arguments.iter().filter(|argument| argument.ends_with(".rcgu.o")) {
        folding::prepare(Path::new(object))?;
    }
    Ok(program(format!("ld.{LLD}")).args(arguments).quiet().run()?)
}

/// On x86-64 they are position-independent, so that each process has other addresses; the compiler asks
/// for that on no other processor.
const STATIC: &[&str] = &["-Clink-self-contained=no", "-Ctarget-feature=+crt-static"];

fn with_linker<'a>(command: Cmd<'a>, target: &str, linker: &Path) -> Cmd<'a> {
    command
        .env(setting(target, "LINKER"), linker)
        // Tables for unwinding are a tenth of a program, and this one does not unwind.
        .env(setting(target, "RUSTFLAGS"), "-Cforce-unwind-tables=no")
}

/// A standard library without backtraces, whose panics still have a message and a line. Paths of
/// this machine are left out, so that the programs are the same from every folder.
///
/// A panic in a foreign crate keeps its message, but loses its file and line: all of them are some
/// 50 kB. Panics in our crates keep theirs.
///
/// What is not linked by the compiler, such as its own library of functions, has a section for each
/// function, so that the linker leaves out the others.
const OPTIONS: [&str; 8] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
    "-Ztrim-paths",
    "--config=profile.release.trim-paths=\"all\"",
    "-Zprofile-rustflags",
    "--config=profile.release.package.\"*\".rustflags=[\"-Zlocation-detail=none\",\"-Zfunction-sections\"]",
    "--release",
    "--locked",
];

/// Builds each program by itself, as `cargo install` does: together, they would get the features
/// that any of them needs.
fn build<'a>(
    target: &str,
    flags: &[&str],
    with_tools: impl Fn(Cmd<'a>) -> Cmd<'a>,
) -> Result<PathBuf> {
    let commit = commit()?;
    for Program { name, package, features, .. } in PROGRAMS {
        with_tools(compiler("rustc", target))
            .args(OPTIONS)
            .args(["--package", package, "--bin", name, "--features", features, "--"])
            .args(flags)
            .env("VESTIBULE_COMMIT", &commit)
            .run()?;
    }
    Ok(Path::new(TARGET_DIR).join(target).join("release"))
}
