#![doc = include_str!("../README.md")]

mod args;
mod run;

mod differential;

mod case;
mod divergences;
mod find;
mod suite;
mod suites;

mod capture;
mod compare;
mod disk;
mod mismatch;
mod replay;
mod secrets_check;

pub use args::Args;
pub use run::run;
