//! The config and the credentials file.

use std::borrow::Cow;
use std::path::PathBuf;

use bytes::Bytes;
use vestibule_config::{Dialect, Document, ProblemKind, SectionKind};
use vestibule_types::{Platform, Vars};

use crate::error::{Error, ErrorKind};
use crate::file::File;
use crate::locate::Home;
use crate::profile::LocatedSection;
use crate::undefined::{Reference, UndefinedName};
use crate::{Finding, Location, Locations, Profile, Setting, Sourced, locate};

/// The config and the credentials file.
///
/// Sections are parsed when they are needed, so that one profile of thousands is found without parsing the
/// others. The texts stay in memory with their secrets: drop them once the plan is made.
#[derive(Clone, Debug)]
pub struct Files {
    config: File,
    credentials: File,
    home: Home,
}

impl Files {
    /// Creates the pair from the bytes of both files; `None` is a file that does not exist.
    pub fn new<B: Into<Bytes>>(
        locations: &Locations,
        config: Option<B>,
        credentials: Option<B>,
    ) -> Self {
        let [config, credentials] = [config, credentials].map(|bytes| bytes.map(Into::into));
        Self {
            config: File::new(&locations.config, config, Dialect::Config),
            credentials: File::new(&locations.credentials, credentials, Dialect::Credentials),
            home: locations.home.clone(),
        }
    }

    /// Creates the pair from texts, with the labels `~/.aws/config` and `~/.aws/credentials`.
    #[inline]
    pub fn from_texts(config: &str, credentials: &str) -> Self {
        let locations = locate(&Vars::default(), Platform::Unix);
        Self::new(&locations, Some(config.to_owned()), Some(credentials.to_owned()))
    }

    /// Creates the pair from texts, each with the path that origins and errors show for it.
    ///
    /// ```
    /// use vestibule_profile::Files;
    ///
    /// let config = "[profile dev]\nregion = eu-west-1\n";
    /// let files = Files::from_labeled_texts(("team.ini", config), ("none", ""));
    /// let region = files.profile("dev").and_then(|dev| dev.get("region"));
    /// assert_eq!(region.map(|region| region.origin().to_string()).as_deref(), Some("team.ini:2"));
    /// ```
    #[inline]
    pub fn from_labeled_texts(config: (&str, &str), credentials: (&str, &str)) -> Self {
        let locations = Locations {
            config: Location::labeled(config.0),
            credentials: Location::labeled(credentials.0),
            home: Home::UNKNOWN,
        };
        Self::new(&locations, Some(config.1.to_owned()), Some(credentials.1.to_owned()))
    }

    /// Returns the location of the config file.
    pub fn config_location(&self) -> &Location {
        &self.config.location
    }

    /// Returns the config file.
    pub fn config(&self) -> &Document {
        self.config.document()
    }

    /// Returns the credentials file.
    pub fn credentials(&self) -> &Document {
        self.credentials.document()
    }

    /// Returns the names of all profiles, each once: those of the config file, then the others.
    pub fn profile_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.names(SectionKind::Profile)
    }

    /// Returns the names of all `[sso-session]` sections, each once.
    pub fn session_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.names(SectionKind::SsoSession)
    }

    /// Returns a profile, if one of the files has it.
    pub fn profile(&self, name: &str) -> Option<Profile<'_>> {
        Profile::new(
            self.credentials.section(SectionKind::Profile, name),
            self.config.section(SectionKind::Profile, name),
        )
    }

    /// Returns all syntax problems of both files.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        [&self.config, &self.credentials].into_iter().flat_map(File::findings)
    }

    /// Returns the selected profile. `None` if it is `default`, is not named, and does not exist.
    pub(crate) fn selected(
        &self,
        selected: &Sourced<String>,
    ) -> Result<Option<Profile<'_>>, Error> {
        self.check_readable()?;
        match self.profile(&selected.value) {
            Some(profile) => profile.strict().map(|()| Some(profile)),
            None if selected.origin.is_given() => {
                Err(self.undefined(Reference::Profile, selected.clone()))
            }
            None => Ok(None),
        }
    }

    /// Returns a setting that is a path, with a tilde expanded. A tilde stays if the home folder is not
    /// known.
    pub(crate) fn path(&self, setting: Setting<'_>) -> Sourced<PathBuf> {
        let text = setting.owned();
        text.map(|text| self.home.expand(&text).unwrap_or(text).into())
    }

    /// Returns a section of the config file.
    pub(crate) fn section(&self, kind: SectionKind, name: &str) -> Option<LocatedSection<'_>> {
        self.config.section(kind, name)
    }

    /// Checks that neither file is UTF-16 or too large.
    pub(crate) fn check_readable(&self) -> Result<(), Error> {
        if self.config.is_readable() && self.credentials.is_readable() {
            return Ok(());
        }
        let is_of_file = |kind| matches!(kind, ProblemKind::NotUtf8 | ProblemKind::TooLarge);
        match self.unreadable().find(|finding| is_of_file(finding.kind())) {
            Some(finding) => Err(finding.into()),
            None => Ok(()),
        }
    }

    /// Returns the first line of the files that could not be read.
    #[inline]
    pub(crate) fn first_syntax_error(&self) -> Option<Finding> {
        self.unreadable().next()
    }

    fn unreadable(&self) -> impl Iterator<Item = Finding> {
        let files = [&self.config, &self.credentials].into_iter();
        files.filter_map(|file| Some(Finding::new(&file.location, file.document().strict().err()?)))
    }

    /// Returns the names of sections that are similar to a name, the nearest first.
    #[inline]
    pub fn similar_names(&self, kind: SectionKind, name: &str) -> Vec<String> {
        crate::similar::similar(name, &mut self.names(kind))
    }

    pub(crate) fn names(&self, kind: SectionKind) -> impl Iterator<Item = Cow<'_, str>> {
        let config = self.config.names(kind);
        let mut others = self.credentials.names(kind);
        others.retain(|name| self.config.section(kind, name).is_none());
        config.into_iter().chain(others)
    }

    /// Returns the locations of the config and the credentials file.
    pub(crate) fn locations(&self) -> [Location; 2] {
        [self.config.location.clone(), self.credentials.location.clone()]
    }

    /// Returns the files that can have sections of a kind.
    pub(crate) fn searched(
        &self,
        kind: SectionKind,
    ) -> impl Iterator<Item = (&Location, &Document)> {
        let files = [&self.config, &self.credentials].into_iter();
        let files = files.take(if kind == SectionKind::Profile { 2 } else { 1 });
        files.map(|file| (&file.location, file.document()))
    }

    /// Returns the error about a name that is not defined.
    pub(crate) fn undefined(&self, reference: Reference, name: Sourced<String>) -> Error {
        ErrorKind::Undefined(UndefinedName::new(self, reference, name)).into()
    }
}
