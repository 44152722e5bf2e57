//! What the tests of this package stand on: a person who has signed in, and AWS as moto plays it.
//!
//! `cargo xtask ecosystems` installs moto and runs them.

mod crypto;
mod moto;
mod signed_in;

pub use crypto::use_ring;
pub use moto::Moto;
pub use signed_in::SignedIn;
