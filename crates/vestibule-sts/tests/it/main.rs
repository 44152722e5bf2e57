//! The public face of the crate: every operation, and AWS's own suites.

#![cfg(test)]

mod clock_skew;
mod endpoint_rules;
mod operations;
mod sigv4;
mod suites;
