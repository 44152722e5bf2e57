//! Origins of values.

use std::borrow::Cow;
use std::fmt;

use crate::Location;

/// A value and its origin.
#[expect(clippy::exhaustive_structs, reason = "a pair")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The origin.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// Creates a value with an origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Creates a value of the caller, with the caller's name of the argument: `--region`.
    pub fn argument(value: T, name: &'static str) -> Self {
        Self::new(value, Origin::Argument(name))
    }

    /// Creates a default value.
    pub fn by_default(value: T) -> Self {
        Self::new(value, Origin::Default)
    }

    /// Changes the value and keeps the origin.
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

/// The origin of a value.
///
/// `Display` is `~/.aws/config:14`, `AWS_REGION`, `--region`, `default`.
/// The alternate form (`{:#}`) adds the column of a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A line of a file.
    File(Place),
    /// An environment variable, by name.
    Variable(Cow<'static, str>),
    /// An argument, by the caller's name of it.
    Argument(&'static str),
    /// The default.
    Default,
}

impl Origin {
    /// Returns true unless it is the default.
    pub fn is_given(&self) -> bool {
        *self != Self::Default
    }

    /// Returns the place some characters after the start of a value in a file.
    pub(crate) fn after(&self, characters: usize) -> Self {
        match self {
            Self::File(Place { location, line, column: Some(column) }) => {
                let characters = u32::try_from(characters).unwrap_or(u32::MAX);
                Self::File(Place::new(location, *line, column.saturating_add(characters)))
            }
            _ => self.clone(),
        }
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
    /// Creates a place in a file.
    pub fn new(location: &Location, line: u32, column: impl Into<Option<u32>>) -> Self {
        Self { location: location.clone(), line, column: column.into() }
    }

    /// Returns the file.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Returns the line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Returns the column in characters, from 1. `None` if the whole line is meant.
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
