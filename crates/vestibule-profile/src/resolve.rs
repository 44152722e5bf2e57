//! Resolves a profile to its base and the roles to assume.
//!
//! The order of the kinds of credentials is that of the SDK for Rust (tested by suite `assume-role`): a
//! role with a source, then the kinds in [`CredentialKind::ALL`].

use vestibule_config::SectionKind;

use crate::base::{
    Base, CommandLine, LoginSession, NamedSource, NotConfigured, ProcessCommand, WebIdentity,
};
use crate::error::{Error, ErrorKind};
use crate::known_keys::misspelled;
use crate::role::Source;
use crate::undefined::Reference;
use crate::{Files, Keys, Note, Profile, Role, Setting, keys, role, sso};

/// A profile, resolved along `source_profile`.
pub(crate) struct Resolved<'a> {
    pub(crate) base: Base,
    /// In the order in which they are assumed.
    pub(crate) roles: Vec<Role>,
    /// The profiles along `source_profile`; the base is in the last.
    pub(crate) path: Vec<Profile<'a>>,
    pub(crate) notes: Vec<Note>,
}

pub(crate) fn resolve<'a>(files: &'a Files, selected: Profile<'a>) -> Result<Resolved<'a>, Error> {
    let mut resolver =
        Resolver { files, path: vec![selected], roles: Vec::new(), notes: Vec::new() };
    let base = resolver.base()?;
    let Resolver { path, mut roles, notes, .. } = resolver;
    roles.reverse();
    Ok(Resolved { base, roles, path, notes })
}

/// Checks the credentials of a profile itself, without its source profiles.
#[cfg(feature = "lint")]
pub(crate) fn check(files: &Files, profile: Profile<'_>) -> Result<(), Error> {
    if let Some((_, Source::Profile(_))) = Role::read(&profile)? {
        return Ok(());
    }
    let mut kinds = CredentialKind::ALL.into_iter();
    let found = kinds.find_map(|kind| Some((kind, kind.find(&profile)?)));
    found.map_or(Ok(()), |(kind, first)| kind.base(files, &profile, first).map(drop))
}

/// Returns the settings by which a profile selects kinds of credentials, in order of precedence.
#[cfg(feature = "lint")]
pub(crate) fn kinds<'a>(profile: &Profile<'a>) -> Vec<Setting<'a>> {
    let is_web_identity = profile.get("web_identity_token_file").is_some();
    let role = (!is_web_identity).then(|| profile.get("role_arn")).flatten();
    let is_role = role.is_some();
    let kinds = CredentialKind::ALL.into_iter();
    let kinds = kinds.filter(|kind| !is_role || *kind != CredentialKind::Named);
    role.into_iter().chain(kinds.filter_map(|kind| kind.find(profile))).collect()
}

struct Resolver<'a> {
    files: &'a Files,
    path: Vec<Profile<'a>>,
    roles: Vec<Role>,
    notes: Vec<Note>,
}

/// Adds the key of the profile that was probably meant to be a missing one.
fn with_similar_key(error: Error, profile: &Profile<'_>) -> Error {
    if !error.is_incomplete() {
        return error;
    }
    error.with_misspelled_key(misspelled(SectionKind::Profile, profile.settings()))
}

impl<'a> Resolver<'a> {
    fn base(&mut self) -> Result<Base, Error> {
        let mut profile = self.path[0];
        loop {
            // The static keys of a source profile are used, whatever else it has.
            if 1 < self.path.len()
                && let Some(keys) = Keys::complete(&profile)?
            {
                self.note_overridden(&profile, CredentialKind::Keys.keys(), false);
                return Ok(Base::Keys(keys));
            }
            match Role::read(&profile).map_err(|error| with_similar_key(error, &profile))? {
                None => return self.own_base(&profile, false),
                Some((role, Source::Own)) => {
                    self.roles.push(role);
                    return self.own_base(&profile, true);
                }
                Some((role, Source::Profile(source))) => {
                    self.roles.push(role);
                    self.note_overridden(&profile, ROLE, true);
                    profile = self.follow(&profile, source)?;
                }
            }
        }
    }

    /// Returns the profile that `source_profile` names, and adds it to the path.
    fn follow(&mut self, profile: &Profile<'_>, source: Setting<'_>) -> Result<Profile<'a>, Error> {
        let origin = source.origin().clone();
        let name = source.text().to_owned();
        let Some(next) = self.files.profile(&name) else {
            let by = profile.name().into_owned();
            return Err(self.files.undefined(Reference::SourceProfile { by }, source.owned()));
        };
        if self.path.iter().any(|visited| visited.is_same(next)) {
            let mut path = Vec::new();
            for profile in &self.path {
                path.push(profile.name().into_owned());
            }
            path.push(name);
            return Err(ErrorKind::Loop { path, origin }.into());
        }
        next.strict()?;
        self.path.push(next);
        Ok(next)
    }

    /// Returns the base of a profile itself.
    fn own_base(&mut self, profile: &Profile<'_>, uses_role: bool) -> Result<Base, Error> {
        if profile.get("role_arn").is_none() {
            self.note_source_without_role(profile);
        }
        let found = CredentialKind::ALL.iter().find_map(|kind| Some((kind, kind.find(profile)?)));
        if let Some((kind, first)) = found {
            self.note_overridden(
                profile,
                kind.keys(),
                uses_role || *kind == CredentialKind::WebIdentity,
            );
            let base = kind.base(self.files, profile, first);
            return base.map_err(|error| with_similar_key(error, profile));
        }
        let (profile, origin) = (profile.name().into_owned(), profile.origin());
        if self.roles.is_empty() {
            Ok(Base::NotConfigured(NotConfigured::NoCredentials { profile, origin }))
        } else {
            Err(ErrorKind::SourceWithoutCredentials { profile, origin }.into())
        }
    }

    /// Adds a note for each other kind of credentials that a profile has.
    fn note_overridden(&mut self, profile: &Profile<'_>, winner: &[&str], uses_role: bool) {
        let Some(first) = winner.iter().find_map(|key| profile.get(key)) else { return };
        let role = (!uses_role).then_some(ROLE);
        for keys in role
            .into_iter()
            .chain(CredentialKind::ALL.map(CredentialKind::keys))
            .filter(|keys| *keys != winner)
        {
            if let Some(other) = keys.iter().find_map(|key| profile.get(key)) {
                self.notes.push(Note::Overridden {
                    item: format!("`{}`", other.key()),
                    origin: other.origin().clone(),
                    by: format!("`{}`", first.key()),
                    by_origin: first.origin().clone(),
                });
            }
        }
    }

    fn note_source_without_role(&mut self, profile: &Profile<'_>) {
        if let Some(source) = profile.get("source_profile") {
            let profile = profile.name().into_owned();
            self.notes.push(Note::SourceWithoutRole { profile, origin: source.origin().clone() });
        }
    }
}

pub(crate) const ROLE: &[&str] = &["role_arn"];

/// The kinds of credentials that a profile can have, other than a role with a source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    Named,
    WebIdentity,
    Sso,
    Login,
    Process,
    Keys,
}

impl CredentialKind {
    /// All kinds, in order of precedence.
    pub(crate) const ALL: [Self; 6] =
        [Self::Named, Self::WebIdentity, Self::Sso, Self::Login, Self::Process, Self::Keys];

    /// Returns the keys of which one selects this kind.
    pub(crate) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Named => &["credential_source"],
            Self::WebIdentity => &["web_identity_token_file"],
            Self::Sso => sso::KEYS,
            Self::Login => &["login_session"],
            Self::Process => &["credential_process"],
            Self::Keys => Keys::KEYS,
        }
    }

    fn find<'a>(self, profile: &Profile<'a>) -> Option<Setting<'a>> {
        self.keys().iter().find_map(|key| profile.get(key))
    }

    /// Reads the base; `first` is the setting that selects this kind.
    fn base(self, files: &Files, profile: &Profile<'_>, first: Setting<'_>) -> Result<Base, Error> {
        Ok(match self {
            Self::Named => Base::Named(first.word(
                NamedSource::WORDS,
                "a credential source",
                "`Environment`, `EcsContainer` or `Ec2InstanceMetadata`",
            )?),
            Self::WebIdentity => {
                let role_arn =
                    profile.get("role_arn").ok_or_else(|| ErrorKind::MissingRoleArn {
                        profile: profile.name().into_owned(),
                        origin: first.origin().clone(),
                    })?;
                Base::WebIdentity(WebIdentity {
                    token_file: files.path(first),
                    role_arn: role_arn.name()?,
                    session_name: role::session_name(profile)?,
                })
            }
            Self::Sso => sso::base(files, profile)?,
            Self::Login => Base::Login(LoginSession { arn: first.owned() }),
            Self::Process => Base::Process(ProcessCommand {
                command: first.owned().map(CommandLine::new),
                account_id: keys::account_id(profile)?,
            }),
            Self::Keys => Base::Keys(Keys::read(profile, &first)?),
        })
    }
}
