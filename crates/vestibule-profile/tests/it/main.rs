//! The crate's public face: tables and laws.
#![cfg(test)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod check;
mod credentials;
mod laws;
mod mistakes;
mod sessions;
mod settings;
