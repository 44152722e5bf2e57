//! The cache's files, from outside: laws that hold for any of them.
#![cfg(test)]

#[cfg(feature = "role-credentials")]
mod laws;
