//! The crate's public face: shared suites, laws, and tables.
#![cfg(test)]

mod differential;
mod profile_files;
mod suites;
mod view;
