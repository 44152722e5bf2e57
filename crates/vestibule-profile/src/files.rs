//! Both files, read.

use std::borrow::Cow;

use vestibule_config::{Dialect, Document, ProblemKind, SectionKind};
use vestibule_types::{Platform, Vars};

use crate::error::{Error, ErrorKind};
use crate::file::File;
use crate::profile::LocatedSection;
use crate::undefined::{Reference, UndefinedName};
use crate::{Finding, Location, Locations, Profile, Sourced, locate};

/// The config and the credentials file, not interpreted yet.
///
/// Profiles are views that are made when asked for: of thousands, only the one in question is
/// read. The texts stay in memory as they are, secrets and all: drop them once the plan is made.
#[derive(Clone, Debug)]
pub struct Files {
    config: File,
    credentials: File,
}

impl Files {
    /// Takes the bytes of both files; `None` is a file that does not exist, which is an empty one.
    pub fn new(
        locations: &Locations,
        config: Option<Vec<u8>>,
        credentials: Option<Vec<u8>>,
    ) -> Self {
        Self {
            config: File::new(&locations.config, config, Dialect::Config),
            credentials: File::new(&locations.credentials, credentials, Dialect::Credentials),
        }
    }

    /// Takes texts as if they were `~/.aws/config` and `~/.aws/credentials`.
    pub fn from_texts(config: &str, credentials: &str) -> Self {
        let locations = locate(&Vars::default(), Platform::Unix);
        Self::new(&locations, Some(config.into()), Some(credentials.into()))
    }

    /// The config file.
    pub fn config(&self) -> &Document {
        self.config.document()
    }

    /// The credentials file.
    pub fn credentials(&self) -> &Document {
        self.credentials.document()
    }

    /// The names of all profiles, each once: those of the config file, then the others.
    pub fn profile_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.names(SectionKind::Profile)
    }

    /// The names of all `[sso-session]` sections, each once.
    pub fn session_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.names(SectionKind::SsoSession)
    }

    /// A profile, if either file has it.
    pub fn profile(&self, name: &str) -> Option<Profile<'_>> {
        Profile::new(
            self.credentials.section(SectionKind::Profile, name),
            self.config.section(SectionKind::Profile, name),
        )
    }

    /// Everything in the files that deserves a word, whether or not anybody uses it.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        [&self.config, &self.credentials].into_iter().flat_map(File::findings)
    }

    /// The profile of a choice. `None` if nobody named one and nobody defined `default`.
    pub(crate) fn chosen(&self, choice: &Sourced<String>) -> Result<Option<Profile<'_>>, Error> {
        self.check_readable()?;
        match self.profile(&choice.value) {
            Some(profile) => profile.strict().map(|()| Some(profile)),
            None if choice.origin.is_given() => {
                Err(self.undefined(Reference::Profile, choice.clone()))
            }
            None => Ok(None),
        }
    }

    /// A section of the config file.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<LocatedSection<'_>> {
        self.config.section(kind, name)
    }

    /// Refuses files of which nothing at all was read.
    pub(crate) fn check_readable(&self) -> Result<(), Error> {
        if self.config.is_readable() && self.credentials.is_readable() {
            return Ok(());
        }
        let whole = |kind| matches!(kind, ProblemKind::NotUtf8 | ProblemKind::TooLarge);
        let nothing = self.unreadable().find(|finding| whole(finding.kind()));
        nothing.map_or(Ok(()), |finding| Err(finding.into()))
    }

    /// The first line that could not be read, whoever it belongs to.
    pub(crate) fn first_syntax_error(&self) -> Option<Finding> {
        self.unreadable().next()
    }

    fn unreadable(&self) -> impl Iterator<Item = Finding> {
        let files = [&self.config, &self.credentials].into_iter();
        files.filter_map(|file| Some(Finding::new(&file.location, file.document().strict().err()?)))
    }

    pub(crate) fn names(&self, kind: SectionKind) -> impl Iterator<Item = Cow<'_, str>> {
        let config = self.config().names(kind);
        let others = self.credentials().names(kind);
        config.chain(others.filter(move |name| self.config().section(kind, name).is_none()))
    }

    /// Where the config and the credentials file are.
    pub(crate) fn locations(&self) -> [Location; 2] {
        [self.config.location.clone(), self.credentials.location.clone()]
    }

    /// The files in which sections of a kind can be.
    pub(crate) fn searched(
        &self,
        kind: SectionKind,
    ) -> impl Iterator<Item = (&Location, &Document)> {
        let files = [&self.config, &self.credentials].into_iter();
        let files = files.take(if kind == SectionKind::Profile { 2 } else { 1 });
        files.map(|file| (&file.location, file.document()))
    }

    /// The error about a name that leads nowhere.
    pub(crate) fn undefined(&self, reference: Reference, name: Sourced<String>) -> Error {
        ErrorKind::Undefined(UndefinedName::new(self, reference, name)).into()
    }
}
