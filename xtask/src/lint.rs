//! `cargo xtask lint`: everything that needs no test run, in order of speed.

use anyhow::Result;

use crate::Command;
use crate::args::Args;
use crate::report::Hint as _;
use crate::run::cargo;
use crate::{budgets, codegen, expose, floors, reviews, tidy};

pub(crate) const COMMAND: Command = Command {
    name: "lint",
    takes: "",
    about: "format, house rules, floors, budgets, reviews, generated tables, licenses, clippy, docs (3 min)",
    run: |args: Args| {
        args.finish()?;
        check()
    },
};

pub(crate) fn check() -> Result<()> {
    format()?;
    lock_files()?;
    tidy::check()?;
    expose::check()?;
    floors::check()?;
    budgets::check()?;
    reviews::check()?;
    codegen::check()?;
    cargo(["deny", "--workspace", "check", "bans", "licenses", "sources"]).run().hint(
        "deny.toml explains each rule; `cargo install cargo-deny --locked` if it is missing",
    )?;
    clippy()?;
    // Without the program, whose page would take the place of the facade's: they share a name.
    cargo(["doc", "--workspace", "--lib", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
        .hint("fix the link or the markup that rustdoc names")
}

/// `fuzz` and `bench` are workspaces of their own.
fn format() -> Result<()> {
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml", "bench/Cargo.toml"] {
        cargo(["fmt", "--all", "--check", "--manifest-path", manifest])
            .run()
            .hint(format!("run `cargo fmt --all --manifest-path {manifest}`"))?;
    }
    Ok(())
}

/// The lock files of `fuzz` and `bench`, which follow the dependencies of the crates they use.
fn lock_files() -> Result<()> {
    for manifest in ["fuzz/Cargo.toml", "bench/Cargo.toml"] {
        cargo(["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest])
            .quiet()
            .read()
            .hint(format!("run `cargo update --workspace --manifest-path {manifest}`"))?;
    }
    Ok(())
}

/// The benchmarks are left out: checking them builds all peers.
fn clippy() -> Result<()> {
    let deny_warnings = ["--", "-D", "warnings"];
    cargo(["clippy", "--locked", "--workspace", "--all-targets"])
        .args(deny_warnings)
        .run()
        .hint("if cargo asks for a new lock file, run `cargo update --workspace`")?;
    Ok(cargo(["clippy", "--manifest-path", "fuzz/Cargo.toml", "--no-default-features"])
        .arg("--all-targets")
        .args(deny_warnings)
        .run()?)
}
