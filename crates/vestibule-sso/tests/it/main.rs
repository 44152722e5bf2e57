//! The life of a token, over a world in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod refresh;
mod sign_in;
mod sign_out;
mod support;
