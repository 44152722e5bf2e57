//! The recipes of `docs/recipes` and the prompts of `docs/prompt.md`, run as far as a machine without
//! AWS and without containers allows: `cargo xtask recipes`.
#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "shows what each block printed")]

mod automation;
mod clusters;
mod machines;
mod programs;
mod recipe;
mod shells;
