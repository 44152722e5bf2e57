//! The crate as a host sees it.
#![cfg(test)]

mod sign_in;
