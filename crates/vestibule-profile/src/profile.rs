//! One profile, as both files together say it.

use std::borrow::Cow;

use vestibule_config::{Section, Value};

use crate::error::Error;
use crate::{Finding, Location, Origin, Place, Setting};

/// A view of one profile: the credentials file's section over the config file's, key by key.
///
/// A key that is empty in the credentials file hides that of the config file, and is unset.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    credentials: Option<LocatedSection<'a>>,
    config: Option<LocatedSection<'a>>,
}

/// A section and the file it is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocatedSection<'a> {
    section: Section<'a>,
    location: &'a Location,
}

impl<'a> Profile<'a> {
    /// `None` if neither file has it.
    pub(crate) fn new(
        credentials: Option<LocatedSection<'a>>,
        config: Option<LocatedSection<'a>>,
    ) -> Option<Self> {
        credentials.or(config)?;
        Some(Self { credentials, config })
    }

    /// The name.
    pub fn name(&self) -> Cow<'a, str> {
        self.parts().next().map_or(Cow::Borrowed(""), |part| part.section.name())
    }

    /// The value of a key, which is compared without regard to ASCII case; `None` if it is empty.
    pub fn get(&self, key: &str) -> Option<Setting<'a>> {
        let found = self.parts().find_map(|part| Some((part, part.section.get(key)?)));
        found.and_then(|(part, value)| part.setting(value))
    }

    /// Where its first section begins.
    pub(crate) fn origin(&self) -> Origin {
        self.parts().last().map_or(Origin::Default, LocatedSection::origin)
    }

    /// Refuses a profile in which a line could not be read.
    pub(crate) fn strict(&self) -> Result<(), Error> {
        self.parts().try_for_each(LocatedSection::strict)
    }

    /// Its sections, the credentials file's first.
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

    /// The value of a key; `None` if it is empty.
    pub(crate) fn get(self, key: &str) -> Option<Setting<'a>> {
        self.setting(self.section.get(key)?)
    }

    /// Where the section begins.
    pub(crate) fn origin(self) -> Origin {
        Origin::File(Place::new(self.location, self.section.line(), None))
    }

    pub(crate) fn strict(self) -> Result<(), Error> {
        self.section.strict().map_err(|error| Finding::new(self.location, error).into())
    }

    /// What in it could be read, but deserves a word.
    pub(crate) fn findings(self) -> impl Iterator<Item = Finding> + use<'a> {
        let problems = self.section.problems().into_iter();
        problems.map(move |problem| Finding::new(self.location, problem.into()))
    }

    fn setting(self, value: Value<'a>) -> Option<Setting<'a>> {
        let place = Place::new(self.location, value.line(), value.column());
        Setting::new(value.key(), value.text(), Origin::File(place))
    }
}
