//! The server behind real sockets, asked by our own library and by strangers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod library;
mod port;
#[cfg(unix)]
mod socket;
mod support;
