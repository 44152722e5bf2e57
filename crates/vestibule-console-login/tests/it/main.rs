//! Tests of the public API.
#![cfg(test)]

mod sign_in;
