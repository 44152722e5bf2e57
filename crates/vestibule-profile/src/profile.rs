//! One profile, merged from both files.

use std::borrow::Cow;
use std::collections::HashSet;

use vestibule_config::{Section, Value};

use crate::error::Error;
use crate::{Finding, Location, Origin, Place, Setting};

/// A view of one profile. Keys of the credentials file take precedence over those of the config file.
///
/// A key that is empty in the credentials file hides that of the config file, and counts as not set.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    credentials: Option<LocatedSection<'a>>,
    config: Option<LocatedSection<'a>>,
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
        credentials.or(config)?;
        Some(Self { credentials, config })
    }

    /// Returns the name.
    pub fn name(&self) -> Cow<'a, str> {
        self.parts().next().map_or(Cow::Borrowed(""), |part| part.section.name())
    }

    /// Returns the value of a key; keys are compared without regard to ASCII case. `None` if it is empty.
    pub fn get(&self, key: &str) -> Option<Setting<'a>> {
        let found = self.parts().find_map(|part| Some((part, part.section.get(key)?)));
        found.and_then(|(part, value)| part.setting(value))
    }

    /// Returns all settings with their origins, each key once: those of the credentials file, then those of
    /// the config file, in file order.
    pub fn settings(&self) -> impl Iterator<Item = Setting<'a>> + use<'a> {
        let mut seen = HashSet::new();
        self.parts().flat_map(move |part| {
            let values = part.section.properties();
            let values = values.filter(|value| seen.insert(value.key().to_ascii_lowercase()));
            let settings = values.filter_map(|value| part.setting(value));
            settings.collect::<Vec<_>>()
        })
    }

    /// Returns the place of the first header.
    pub(crate) fn origin(&self) -> Origin {
        self.parts().last().map_or(Origin::Default, LocatedSection::origin)
    }

    /// Checks that every line could be read.
    pub(crate) fn strict(&self) -> Result<(), Error> {
        self.parts().try_for_each(LocatedSection::strict)
    }

    /// Returns the sections, that of the credentials file first.
    pub(crate) fn parts(&self) -> impl Iterator<Item = LocatedSection<'a>> + use<'a> {
        self.credentials.into_iter().chain(self.config)
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
    pub(crate) fn settings(self) -> impl Iterator<Item = Setting<'a>> {
        self.section.properties().filter_map(move |value| self.setting(value))
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
    pub(crate) fn findings(self) -> impl Iterator<Item = Finding> + use<'a> {
        let problems = self.section.problems().into_iter();
        problems.map(move |problem| Finding::new(self.location, problem.into()))
    }

    fn setting(self, value: Value<'a>) -> Option<Setting<'a>> {
        let place = Place::new(self.location, value.line(), value.column());
        Setting::new(value.key(), value.text(), Origin::File(place))
    }
}
