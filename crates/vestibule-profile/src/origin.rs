//! Where a value comes from.

use std::borrow::Cow;
use std::fmt;

use crate::Location;

/// A value, and where it comes from.
#[expect(clippy::exhaustive_structs, reason = "a pair, there to be taken apart")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// What gave it.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value and what gave it.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A value that the caller gives, by the name under which the caller knows it: `--region`.
    pub fn argument(value: T, name: &'static str) -> Self {
        Self::new(value, Origin::Argument(name))
    }

    /// A value that holds because nothing else was said.
    pub fn by_default(value: T) -> Self {
        Self::new(value, Origin::Default)
    }

    /// Another value of the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }
}

/// `eu-west-1 (~/.aws/config:14)`.
impl<T: fmt::Display> fmt::Display for Sourced<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, self.origin)
    }
}

/// What gave a value.
///
/// `Display` is what to show people: `~/.aws/config:14`, `AWS_REGION`, `--region`, `default`.
/// The alternate form (`{:#}`) adds the column of a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A line of a file.
    File(Place),
    /// A variable of the environment, by name.
    Variable(Cow<'static, str>),
    /// The caller, by the caller's name for it.
    Argument(&'static str),
    /// Nobody: it is what holds when nothing is said.
    Default,
}

impl Origin {
    /// True if somebody said it, wherever.
    pub fn is_given(&self) -> bool {
        *self != Self::Default
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) => place.fmt(f),
            Self::Variable(name) => f.write_str(name),
            Self::Argument(name) => f.write_str(name),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A place in a file.
///
/// `Display` is `~/.aws/config:14`, the alternate form `~/.aws/config:14:10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    location: Location,
    line: u32,
    column: Option<u32>,
}

impl Place {
    /// A place in this file.
    pub fn new(location: &Location, line: u32, column: impl Into<Option<u32>>) -> Self {
        Self { location: location.clone(), line, column: column.into() }
    }

    /// The file.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column in characters, from 1; `None` where the line as a whole is meant.
    pub fn column(&self) -> Option<u32> {
        self.column
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.location, self.line)?;
        match self.column {
            Some(column) if f.alternate() => write!(f, ":{column}"),
            _ => Ok(()),
        }
    }
}
