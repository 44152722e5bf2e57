//! The server on real sockets, with our own container provider and other clients.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

#[cfg(any(unix, windows))]
mod agent;
mod day;
mod library;
mod port;
#[cfg(unix)]
mod socket;
mod support;
