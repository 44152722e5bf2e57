//! The requests of AWS's service models, and the differences of a request from them.

mod check;
#[rustfmt::skip]
mod generated;

pub(crate) use check::{check_operation, check_unknown_action, check_unknown_path};

/// The request of an operation.
struct Model {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    /// The `Version` in forms of the query protocol.
    version: Option<&'static str>,
    members: &'static [Member],
}

/// A member of a request.
struct Member {
    location: Location,
    name: &'static str,
    required: bool,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Location {
    Header,
    Query,
    /// In the JSON object.
    Body,
    /// In the form, where a list has several fields.
    Form,
}

/// The type of a member, with the bounds of lengths and numbers. Patterns are not checked.
enum Shape {
    Text(usize, usize),
    Number(i64, i64),
    List(&'static Self),
    Structure(&'static [Member]),
}

/// A string without bounds.
const ANY: Shape = Shape::Text(0, usize::MAX);

const fn required(location: Location, name: &'static str, shape: Shape) -> Member {
    Member { location, name, required: true, shape }
}

const fn optional(location: Location, name: &'static str, shape: Shape) -> Member {
    Member { location, name, required: false, shape }
}
