use std::io;

use vestibule_cache::key;
use vestibule_profile::bytes::Bytes;
use vestibule_profile::{
    Files, Location, Setting, Sourced, locate, lookup_sign_in_setting, sso_session,
};
use vestibule_types::{Region, SsoSession, StartUrl};
use vestibule_world::{World, if_exists};

use crate::{Mode, Policy};

const VARIABLE: &str = "VESTIBULE_TOKEN_STORE";
const KEY: &str = "vestibule_token_store";

/// The policy of the user's configuration.
///
/// The mode is that of the variable `VESTIBULE_TOKEN_STORE`, else of `vestibule_token_store` in the
/// `[sso-session]`, else in the profile `default`. The files are read when a token is to be stored, and
/// at no other time.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Configured;

impl Configured {
    /// Creates the policy.
    pub fn new() -> Self {
        Self
    }
}

impl Policy for Configured {
    fn mode(
        &self,
        world: &World,
        entry: &str,
    ) -> Result<Option<Mode>, Box<dyn std::error::Error + Send + Sync>> {
        let locations = locate(&world.vars, world.platform);
        let config = read(world, &locations.config)?;
        let files = Files::new(&locations, config, None);
        let Some(setting) = setting(&files, world, entry) else { return Ok(None) };
        let invalid = setting.invalid("a token store", "`files`, `bridge` or `sealed`");
        setting.text().parse().map(Some).map_err(|_| invalid.into())
    }
}

fn read(world: &World, location: &Location) -> io::Result<Option<Bytes>> {
    let Some(path) = location.path() else { return Ok(None) };
    if_exists(world.files.read_input(path))
}

/// Returns the setting for the session that an entry belongs to.
fn setting<'a>(files: &'a Files, world: &'a World, entry: &str) -> Option<Setting<'a>> {
    let find = |profile: Option<&str>, session: Option<&str>| {
        lookup_sign_in_setting(files, &world.vars, profile, session, VARIABLE, KEY)
    };
    let owns =
        |session: &SsoSession| key::token(session) == entry || key::registration(session) == entry;
    for name in files.session_names() {
        let session = sso_session(files, &Sourced::argument(name.to_string(), "its name"));
        if session.is_ok_and(|session| owns(&session.session())) {
            return find(None, Some(&name));
        }
    }
    for name in files.profile_names() {
        if legacy_session(files, &name).is_some_and(|session| owns(&session)) {
            return find(Some(&name), None);
        }
    }
    find(None, None)
}

/// Returns the session of a profile of the older style, without `[sso-session]`.
fn legacy_session(files: &Files, profile: &str) -> Option<SsoSession> {
    let profile = files.profile(profile)?;
    if profile.get("sso_session").is_some() {
        return None;
    }
    let start_url = StartUrl::new(profile.get("sso_start_url")?.text()).ok()?;
    let region = Region::new(profile.get("sso_region")?.text()).ok()?;
    Some(SsoSession::legacy(start_url, region))
}
