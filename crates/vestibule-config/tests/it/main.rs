//! The crate's public face: shared suites, tables, and laws.
#![cfg(test)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod botocore_cfg;
mod differential;
mod edit_laws;
mod editing;
mod laws;
mod looking_up;
mod previewing;
mod profile_files;
mod reading;
mod refusing;
mod suites;
mod texts;
mod view;
