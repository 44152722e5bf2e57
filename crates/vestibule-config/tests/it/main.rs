//! Tests of the public API: tables and properties.
#![cfg(test)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod diff;
mod edit;
mod edit_errors;
mod edit_laws;
mod edit_nested;
mod laws;
mod lookup;
mod parse;
mod texts;
