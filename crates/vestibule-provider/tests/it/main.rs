//! The public face of the crate: laws of chains and of the cache, and AWS's own suite.

#![cfg(test)]

mod cached;
mod chain;
mod credential_refresh;
mod single_flight;
mod source;
mod tasks;
