//! The effects that authentication needs, as small traits, and a version of each in memory.
//!
//! Reading and replacing a file, sending a request, telling the time and waiting, running a
//! program, drawing random bytes, and listening for one redirect: a [`World`] bundles them, and
//! everything above takes a `&World`. This crate knows nothing of AWS but how a call is retried,
//! nothing of OAuth, of file formats, or of any runtime.
//!
//! ```
//! use std::path::Path;
//! use vestibule_world::{World, memory};
//!
//! let world = memory::world();
//! world.files.replace(Path::new("/home/.aws/config"), b"[default]\n", Default::default())?;
//! assert_eq!(&world.files.read(Path::new("/home/.aws/config"))?[..], b"[default]\n");
//! # Ok::<(), std::io::Error>(())
//! ```

mod block_on;
mod call;
mod clock;
mod entropy;
mod files;
mod listener;
pub mod memory;
mod processes;
mod race;
mod transport;
mod world;

pub use block_on::block_on;
pub use call::CallError;
pub use clock::Clock;
pub use entropy::Entropy;
pub use files::{Files, Guard, Keep};
pub use listener::{Callback, Callbacks, Listener};
pub use processes::{Command, Finished, Processes};
pub use race::{Either, race};
pub use transport::{Transport, TransportError, TransportErrorKind};
pub use vestibule_types::{Platform, Vars};
pub use world::World;

/// A future behind a pointer: what an object-safe async method returns.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
