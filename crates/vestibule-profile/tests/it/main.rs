//! Tests of the public API: tables and properties.
#![cfg(test)]
// Plans are compared as text, and all files are linted.
#![cfg(all(feature = "explain", feature = "lint"))]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod check;
mod credentials;
mod laws;
mod lint;
mod mistakes;
mod sessions;
mod settings;
