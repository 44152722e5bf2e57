#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod caret;
mod dialect;
#[cfg(feature = "edit")]
mod diff;
mod document;
#[cfg(feature = "edit")]
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

pub use caret::draw_caret;
pub use dialect::{Dialect, SectionKind};
#[cfg(feature = "edit")]
pub use diff::diff;
pub use document::Document;
#[cfg(feature = "edit")]
pub use edit::{Edit, EditError};
pub use error::ParseError;
pub use lookup::{IndexedText, SectionSlice};
pub use problem::{Problem, ProblemKind};
pub use section::Section;
pub use value::{Entry, Value};
