//! One profile, merged from both files.

use std::borrow::Cow;

use vestibule_config::{Section, Value};

use crate::error::Error;
use crate::{Finding, Location, Origin, Place, Setting};

/// A view of one profile. Keys of the credentials file take precedence over those of the config file.
///
/// A key that is empty in the credentials file hides that of the config file, and counts as not set.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    /// The section of the credentials file, or of the config file if that is the only one.
    first: LocatedSection<'a>,
    /// The section of the config file, if both files have one.
    second: Option<LocatedSection<'a>>,
}

/// A section and the location of its file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocatedSection<'a> {
    section: Section<'a>,
    location: &'a Location,
}

impl<'a> Profile<'a> {
    /// Returns the profile; `None` if neither file has it.
    pub(crate) fn new(
        credentials: Option<LocatedSection<'a>>,
        config: Option<LocatedSection<'a>>,
    ) -> Option<Self> {
        let second = credentials.and(config);
        Some(Self { first: credentials.or(config)?, second })
    }

    /// Returns the name.
    pub fn name(&self) -> Cow<'a, str> {
        self.first.section.name()
    }

    /// Returns the value of a key; keys are compared without regard to ASCII case. `None` if it is empty.
    pub fn get(&self, key: &str) -> Option<Setting<'a>> {
        match self.first.section.get(key) {
            Some(value) => self.first.setting(value),
            None => self.second?.get(key),
        }
    }

    /// Returns all settings with their origins, each key once: those of the credentials file, then those of
    /// the config file, in file order.
    pub fn settings(&self) -> Vec<Setting<'a>> {
        let mut settings = self.first.settings();
        if let Some(second) = self.second {
            for value in second.section.properties_not_in(&self.first.section) {
                settings.extend(second.setting(value));
            }
        }
        settings
    }

    /// Returns true if both have the same header in the same files.
    pub(crate) fn is_same(&self, other: Self) -> bool {
        std::ptr::eq(self.first.location, other.first.location)
            && self.first.section.line() == other.first.section.line()
    }

    /// Returns the place of the first header.
    pub(crate) fn origin(&self) -> Origin {
        self.second.unwrap_or(self.first).origin()
    }

    /// Checks that every line could be read.
    pub(crate) fn strict(&self) -> Result<(), Error> {
        self.first.strict()?;
        self.second.map_or(Ok(()), LocatedSection::strict)
    }

    /// Returns the problems in the sections.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.first.findings();
        if let Some(second) = self.second {
            findings.append(&mut second.findings());
        }
        findings
    }
}

impl<'a> LocatedSection<'a> {
    pub(crate) fn new(section: Section<'a>, location: &'a Location) -> Self {
        Self { section, location }
    }

    pub(crate) fn section(self) -> Section<'a> {
        self.section
    }

    pub(crate) fn location(self) -> &'a Location {
        self.location
    }

    /// Returns all settings in file order.
    pub(crate) fn settings(self) -> Vec<Setting<'a>> {
        let mut settings = Vec::new();
        for value in self.section.properties() {
            settings.extend(self.setting(value));
        }
        settings
    }

    /// Returns the value of a key. `None` if it is empty.
    pub(crate) fn get(self, key: &str) -> Option<Setting<'a>> {
        self.setting(self.section.get(key)?)
    }

    /// Returns the place of the header.
    pub(crate) fn origin(self) -> Origin {
        Origin::File(Place::new(self.location, self.section.line(), None))
    }

    pub(crate) fn strict(self) -> Result<(), Error> {
        self.section.strict().map_err(|error| Finding::new(self.location, error).into())
    }

    /// Returns the problems in the section.
    pub(crate) fn findings(self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for problem in self.section.problems() {
            findings.push(Finding::new(self.location, problem.into()));
        }
        findings
    }

    fn setting(self, value: Value<'a>) -> Option<Setting<'a>> {
        let place = Place::new(self.location, value.line(), value.column());
        Setting::new(value.key(), value.text(), Origin::File(place))
    }
}
