//! Tests of the public API: tables and properties.
#![cfg(test)]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

#[cfg(feature = "edit")]
mod diff;
#[cfg(feature = "edit")]
mod edit;
#[cfg(feature = "edit")]
mod edit_errors;
#[cfg(feature = "edit")]
mod edit_laws;
#[cfg(feature = "edit")]
mod edit_nested;
#[cfg(feature = "edit")]
mod edit_style;
mod laws;
mod lookup;
mod parse;
mod texts;
