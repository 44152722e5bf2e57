//! Lists against the emulator, and plans against the text of files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod laws;
mod planning;
mod portal;
mod walking;
