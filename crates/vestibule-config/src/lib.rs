#![doc = include_str!("../README.md")]

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
pub use lookup::{Excerpt, Haystack};
pub use problem::{Problem, ProblemKind};
pub use section::Section;
pub use value::{Entry, Value};
