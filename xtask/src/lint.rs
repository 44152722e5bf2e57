//! `cargo xtask lint`: everything that needs no test run, in order of speed.

use crate::Command;
use crate::args::Args;
use crate::failure::Result;
use crate::run::cargo;
use crate::{budgets, codegen, expose, floors, tidy};

pub(crate) const COMMAND: Command = Command {
    name: "lint",
    takes: "",
    about: "format, house rules, floors, budgets, generated tables, licenses, clippy, docs",
    run: |args: Args| {
        args.finish()?;
        check()
    },
};

pub(crate) fn check() -> Result {
    format()?;
    tidy::check()?;
    expose::check()?;
    floors::check()?;
    budgets::check()?;
    codegen::check()?;
    cargo(["deny", "--workspace", "check", "bans", "licenses", "sources"])
        .fix("deny.toml says why each rule is there; `cargo install cargo-deny --locked` if it is missing")
        .run()?;
    clippy()?;
    // The program and the facade share a name, and so a folder of docs; the facade's are the ones to keep.
    cargo(["doc", "--workspace", "--lib", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .fix("mend the link or the markup that rustdoc names")
        .run()
}

/// `fuzz` and `bench` are workspaces of their own, beside this one.
fn format() -> Result {
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml", "bench/Cargo.toml"] {
        cargo(["fmt", "--all", "--check", "--manifest-path", manifest])
            .fix(format!("run `cargo fmt --all --manifest-path {manifest}`"))
            .run()?;
    }
    Ok(())
}

/// The benchmarks are left out: to check them is to build what they compare us with.
fn clippy() -> Result {
    const WARNINGS: [&str; 3] = ["--", "-D", "warnings"];
    cargo(["clippy", "--locked", "--workspace", "--all-targets"])
        .args(WARNINGS)
        .fix("if cargo asks for a new lock file, run `cargo update --workspace` and commit Cargo.lock")
        .run()?;
    cargo([
        "clippy",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--no-default-features",
        "--all-targets",
    ])
    .args(WARNINGS)
    .run()
}
