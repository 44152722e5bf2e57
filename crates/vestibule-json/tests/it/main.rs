//! Objects, from outside: laws that hold for any text.
#![cfg(test)]

mod laws;
