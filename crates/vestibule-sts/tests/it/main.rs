//! The public face of the crate: every operation.

#![cfg(test)]

mod operations;
