//! What requests look like, as AWS's service models have it, and what is wrong with one.

mod check;
#[rustfmt::skip]
mod generated;

pub(crate) use check::{of_call, of_nothing, of_other_action};

/// How an operation is asked for.
struct Model {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    /// Of the query protocol, in every form.
    version: Option<&'static str>,
    members: &'static [Member],
}

/// One of the things that a request may say.
struct Member {
    place: Place,
    name: &'static str,
    required: bool,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Header,
    Query,
    /// A member of the JSON object.
    Body,
    /// A field, or, of a list, several.
    Form,
}

/// Lengths and values are bounded as the model has it; its patterns are not looked at.
enum Shape {
    Text(usize, usize),
    Number(i64, i64),
    List(&'static Self),
    Structure(&'static [Member]),
}

/// A text of which the model says no more.
const ANY: Shape = Shape::Text(0, usize::MAX);

const fn required(place: Place, name: &'static str, shape: Shape) -> Member {
    Member { place, name, required: true, shape }
}

const fn optional(place: Place, name: &'static str, shape: Shape) -> Member {
    Member { place, name, required: false, shape }
}
