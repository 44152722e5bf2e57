//! A name that leads nowhere, and what may have been meant.

use std::fmt;

use vestibule_config::{ProblemKind, SectionKind};

use crate::printable::printable;
use crate::similar::similar;
use crate::{Files, Finding, Location, Sourced};

/// A profile or a section that was named and does not exist.
#[derive(Clone, Debug)]
pub struct UndefinedName {
    reference: Reference,
    name: Sourced<String>,
    searched: Vec<Location>,
    similar: Vec<String>,
    /// Whether there is anything of the kind at all.
    some: bool,
    malformed_header: Option<Finding>,
}

/// What was named, and by which profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference {
    /// The profile to use.
    Profile,
    /// The source of another profile.
    SourceProfile {
        /// The profile that names it.
        by: String,
    },
    /// An `[sso-session]`.
    Session {
        /// The profile that names it; `None` if it was the caller.
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
            similar: similar(&name.value, files.names(kind)),
            some: files.names(kind).next().is_some(),
            malformed_header: malformed_header(files, kind, &name.value),
            reference,
            name,
        }
    }

    /// What was named.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The name, and where it stands.
    pub fn name(&self) -> &Sourced<String> {
        &self.name
    }

    /// Names that exist and look like it, the nearest first.
    pub fn similar(&self) -> &[String] {
        &self.similar
    }

    /// A line that may be its header, gone wrong.
    pub fn malformed_header(&self) -> Option<&Finding> {
        self.malformed_header.as_ref()
    }
}

/// The first line that could not be read, or rather one that has the name in it.
fn malformed_header(files: &Files, kind: SectionKind, name: &str) -> Option<Finding> {
    let mut first = None;
    for (location, document) in files.searched(kind) {
        for problem in document.problems() {
            let strict = problem.kind().is_strict();
            let header = matches!(
                problem.kind(),
                ProblemKind::IgnoredSection | ProblemKind::SwallowedSection
            );
            if (strict || header) && problem.line_text().contains(name) {
                return Some(Finding::new(location, problem.into()));
            }
            if strict && first.is_none() {
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
            Reference::Profile if self.some => {
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
