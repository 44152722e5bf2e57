//! The crate's public face: tables and laws.
#![cfg(test)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod edit_laws;
mod editing;
mod laws;
mod looking_up;
mod previewing;
mod reading;
mod refusing;
mod texts;
