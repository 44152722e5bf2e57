//! The public face of the crate: AWS's own suites.

#![cfg(test)]

mod sigv4;
mod suites;
