//! JSON objects as AWS's tools and services write them, over serde and `serde_json`.
//!
//! [`from_slice`] is tolerant where AWS's SDKs are: names of members match in any case, and `null`
//! and the empty string count as absent. [`to_vec`] writes what Python's `json.dumps` writes, since
//! names of cache files are hashes of such text.
//!
//! The types of this crate implement `Deserialize`; those that are not secret, `Serialize` too.

mod error;
mod fields;
mod impls;
mod object;
mod output;
mod parse;
mod read;
mod unknown;
mod write;

pub use error::Error;
pub use fields::{HeaderSafe, RawObject, lenient};
pub use object::Object;
pub use output::{Output, Value};
pub use read::{from_slice, from_slice_with_unknown};
pub use unknown::UnknownMembers;
pub use write::{to_vec, to_vec_compact};
