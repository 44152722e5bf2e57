//! Tests of listing against the emulator, and of planning on config files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod laws;
mod listing;
mod planning;
mod portal;
mod renaming;
mod variants;
