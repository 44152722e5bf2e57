//! The crate against what AWS publishes.
#![cfg(test)]

mod endpoint_rules;
