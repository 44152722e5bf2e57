//! Tests of every operation.

#![cfg(test)]

mod operations;
