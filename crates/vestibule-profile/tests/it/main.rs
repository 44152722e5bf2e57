//! The crate's public face: shared suites, tables, laws.
#![cfg(test)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod assume_role;
mod check;
mod configured_endpoint_urls;
mod credentials;
mod laws;
mod locations;
mod merged;
mod mistakes;
mod sessions;
mod settings;
mod suites;
