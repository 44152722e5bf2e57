//! The cache's files, from outside: laws that hold for any of them.
#![cfg(test)]

mod laws;
