//! Fixtures of the ecosystem tests: a signed-in session, and a moto server.
//!
//! `cargo xtask ecosystems` installs moto and runs the tests.

mod crypto;
mod moto;
mod signed_in;

pub use crypto::install_ring;
pub use moto::Moto;
pub use signed_in::SignedIn;
