use std::borrow::Cow;

use vestibule::config::{Dialect, Edit, SectionKind};
use vestibule::{Configuration, Origin, Place};

use crate::args::OneSession;
use crate::error::Error;
use crate::exit::Exit;

/// The section and the key of a value, as `aws configure get` and `set` accept them: `region`,
/// `s3.addressing_style`, or with the profile in front: `default.region`, `profile.dev.region`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KeyPath {
    pub(super) kind: SectionKind,
    pub(super) section: String,
    pub(super) key: String,
    /// A nested key.
    pub(super) nested: Option<String>,
}

impl KeyPath {
    pub(super) fn new(
        text: &str,
        session: &OneSession,
        configuration: &Configuration,
    ) -> Result<Self, Error> {
        let parts: Vec<_> = text.split('.').collect();
        let (kind, section, rest) = match (&session.sso_session, parts.as_slice()) {
            (Some(session), rest) => (SectionKind::SsoSession, session.clone(), rest),
            (None, ["default", rest @ ..]) if !rest.is_empty() => {
                (SectionKind::Profile, "default".to_owned(), rest)
            }
            (None, ["profile", name, rest @ ..]) if !rest.is_empty() => {
                (SectionKind::Profile, (*name).to_owned(), rest)
            }
            (None, rest) => (SectionKind::Profile, configuration.profile().value, rest),
        };
        let (key, nested) = match rest {
            [key] => (*key, None),
            [key, nested] => (*key, Some((*nested).to_owned())),
            _ => {
                let message = format!("`{text}` is not a valid key: it has too many dots");
                let hint =
                    "name the profile with --profile, and write the key as `KEY` or `KEY.NAME`";
                return Err(Error::new(Exit::Usage, message).with_hint(hint));
            }
        };
        Ok(Self { kind, section, key: key.to_owned(), nested })
    }

    /// Returns the section for messages: `profile dev`, `SSO session corp`.
    pub(super) fn section_title(&self) -> String {
        let kind = if self.kind == SectionKind::Profile { "profile" } else { "SSO session" };
        format!("{kind} {}", self.section)
    }

    /// Returns the file that a new value belongs to.
    pub(super) fn file(&self) -> Dialect {
        match self.kind {
            SectionKind::Profile if self.nested.is_none() => file_for_key(&self.key),
            _ => Dialect::Config,
        }
    }

    pub(super) fn set(&self, value: &str) -> Edit {
        match &self.nested {
            None => Edit::set(self.kind, &self.section, &self.key, value),
            Some(name) => Edit::set_nested(self.kind, &self.section, &self.key, name, value),
        }
    }

    pub(super) fn remove(&self) -> Edit {
        match &self.nested {
            None => Edit::remove(self.kind, &self.section, &self.key),
            Some(name) => Edit::remove_nested(self.kind, &self.section, &self.key, name),
        }
    }

    /// Returns the value and its place; `None` if the section has no such key.
    pub(super) fn find(
        &self,
        configuration: &Configuration,
    ) -> Result<Option<(String, Origin)>, Error> {
        let files = configuration.files();
        let undefined = |what, hint| {
            let message = format!("{what} `{}` is not defined", self.section);
            Error::new(Exit::Configuration, message).with_hint(hint)
        };
        if self.kind == SectionKind::SsoSession {
            let session = files.config().section(self.kind, &self.section);
            session.ok_or_else(|| undefined("sso-session", "vestibule list-sessions"))?;
            return Ok(self.find_in_config(configuration));
        }
        let profile = files.profile(&self.section);
        let profile = profile.ok_or_else(|| undefined("profile", "vestibule list-profiles"))?;
        if self.nested.is_some() {
            return Ok(self.find_in_config(configuration));
        }
        let setting = profile.get(&self.key);
        Ok(setting.map(|setting| (setting.text().to_owned(), setting.origin().clone())))
    }

    /// Returns a value that only the config file can contain.
    fn find_in_config(&self, configuration: &Configuration) -> Option<(String, Origin)> {
        let section = configuration.files().config().section(self.kind, &self.section)?;
        let value = section.get(&self.key)?;
        let (text, line) = match &self.nested {
            None => (value.text(), value.line()),
            Some(name) => {
                let entry = value.nested(name)?;
                (Cow::Borrowed(entry.text()), entry.line())
            }
        };
        let place = Place::new(&configuration.locations().config, line, None);
        (!text.is_empty()).then(|| (text.into_owned(), Origin::File(place)))
    }
}

/// Returns the file in which the AWS CLI keeps a key: credentials are in the credentials file.
fn file_for_key(key: &str) -> Dialect {
    const CREDENTIALS: [&str; 4] =
        ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];
    if CREDENTIALS.iter().any(|credential| key.eq_ignore_ascii_case(credential)) {
        Dialect::Credentials
    } else {
        Dialect::Config
    }
}
