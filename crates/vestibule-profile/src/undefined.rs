//! Names that are not defined.

use std::fmt;

use vestibule_config::{ProblemKind, SectionKind};
use vestibule_types::printable;

use crate::similar::similar;
use crate::{Files, Finding, Location, Sourced};

/// A name of a profile or section that does not exist.
#[derive(Clone, Debug)]
pub struct UndefinedName {
    reference: Reference,
    name: Sourced<String>,
    searched: Vec<Location>,
    similar: Vec<String>,
    /// Whether there is any section of the kind.
    has_others: bool,
    malformed_header: Option<Finding>,
}

/// The kind of a reference, and the profile that contains it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference {
    /// The selected profile.
    Profile,
    /// The source profile of a role.
    SourceProfile {
        /// The profile that names it.
        by: String,
    },
    /// An `[sso-session]`.
    Session {
        /// The profile that names it. `None` for the caller.
        by: Option<String>,
    },
    /// A `[services]` section.
    Services {
        /// The profile that names it.
        by: String,
    },
}

impl Reference {
    fn kind(&self) -> SectionKind {
        match self {
            Self::Profile | Self::SourceProfile { .. } => SectionKind::Profile,
            Self::Session { .. } => SectionKind::SsoSession,
            Self::Services { .. } => SectionKind::Services,
        }
    }
}

impl UndefinedName {
    pub(crate) fn new(files: &Files, reference: Reference, name: Sourced<String>) -> Self {
        let kind = reference.kind();
        Self {
            searched: files.searched(kind).map(|(location, _)| location.clone()).collect(),
            similar: similar(&name.value, &mut files.names(kind)),
            has_others: files.names(kind).next().is_some(),
            malformed_header: malformed_header(files, kind, &name.value),
            reference,
            name,
        }
    }

    /// Returns the kind of the reference.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Returns the name with its origin.
    pub fn name(&self) -> &Sourced<String> {
        &self.name
    }

    /// Returns similar names that exist, the nearest first.
    pub fn similar(&self) -> &[String] {
        &self.similar
    }

    /// Returns a line that may be the header, but cannot be read.
    pub fn malformed_header(&self) -> Option<&Finding> {
        self.malformed_header.as_ref()
    }
}

/// Returns a line that could not be read and contains the name, or the first line that could not be read.
fn malformed_header(files: &Files, kind: SectionKind, name: &str) -> Option<Finding> {
    let mut first = None;
    for (location, document) in files.searched(kind) {
        for problem in document.problems() {
            let is_strict = problem.kind().is_strict();
            let is_header = matches!(
                problem.kind(),
                ProblemKind::IgnoredSection | ProblemKind::SwallowedSection
            );
            if (is_strict || is_header) && problem.line_text().contains(name) {
                return Some(Finding::new(location, problem.into()));
            }
            if is_strict && first.is_none() {
                first = Some(Finding::new(location, problem.into()));
            }
        }
    }
    first
}

impl fmt::Display for UndefinedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sourced { value, origin } = &self.name;
        let name = printable(value);
        match &self.reference {
            Reference::Profile if self.has_others => {
                write!(f, "profile `{name}` ({origin}) is not defined")?;
            }
            Reference::Profile => {
                write!(f, "profile `{name}` ({origin}) is not defined: No profiles were defined")?;
            }
            Reference::SourceProfile { by } => {
                write!(f, "could not find source profile {name} referenced from {by} ({origin})")?;
            }
            Reference::Session { by: Some(by) } => {
                write!(
                    f,
                    "sso-session named `{name}` (referenced by profile `{by}`) was not found"
                )?;
                write!(f, " ({origin})")?;
            }
            Reference::Session { by: None } => {
                write!(f, "sso-session named `{name}` ({origin}) was not found")?;
            }
            Reference::Services { by } => {
                write!(
                    f,
                    "services section `{name}` (referenced by profile `{by}`) was not found"
                )?;
                write!(f, " ({origin})")?;
            }
        }
        for (at, location) in self.searched.iter().enumerate() {
            write!(f, " {} {location}", if at == 0 { "in" } else { "or" })?;
        }
        for (at, name) in self.similar.iter().enumerate() {
            write!(f, "{} `{name}`", if at == 0 { "; similar:" } else { "," })?;
        }
        self.malformed_header
            .as_ref()
            .map_or(Ok(()), |malformed_header| write!(f, "; {malformed_header}"))
    }
}
