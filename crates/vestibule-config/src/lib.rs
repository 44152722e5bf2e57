//! The text of the AWS `config` and `credentials` files.
//!
//! [`Document::parse`] is total: whatever it is given, it keeps every byte, understands what can be
//! understood and reports the rest as [`Problem`]s. [`Document::strict`] turns the first of those into
//! an error for callers who want one.
//!
//! The crate knows sections, keys, values and blocks. It does not know what any key means, where the
//! files are, or that there is an environment.
//!
//! Format: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

mod caret;
mod dialect;
mod diff;
mod document;
mod edit;
mod error;
mod index;
mod line;
mod lookup;
mod outline;
mod problem;
mod scan;
mod section;
mod section_name;
mod source;
mod span;
mod value;

pub use dialect::{Dialect, SectionKind};
pub use diff::diff;
pub use document::Document;
pub use edit::{Edit, EditError};
pub use error::ParseError;
pub use lookup::{Excerpt, Lookup};
pub use problem::{Problem, ProblemKind};
pub use section::Section;
pub use value::{Entry, Value};
