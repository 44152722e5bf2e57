//! Keys of an `[sso-session]` with values for accounts.

use std::str::FromStr;

use vestibule::config::SectionKind;
use vestibule::{Configuration, SessionName};
use vestibule_sync::{AccountMap, AccountRegions, AccountTags, InvalidAccountMap};

use crate::error::{Error, correct};
use crate::exit::Exit;

/// Returns the regions that the user configured for accounts.
pub(super) fn account_regions(
    configuration: &Configuration,
    session: &SessionName,
) -> Result<AccountRegions, Error> {
    account_map(configuration, session, "vestibule_sync_regions")
}

/// Returns the tags that the user configured for accounts; the access portal returns none.
pub(super) fn account_tags(
    configuration: &Configuration,
    session: &SessionName,
) -> Result<AccountTags, Error> {
    account_map(configuration, session, "vestibule_sync_tags")
}

/// Returns a key of the `[sso-session]`.
pub(super) fn session_key(
    configuration: &Configuration,
    session: &SessionName,
    key: &str,
) -> Option<String> {
    let config = configuration.files().config();
    let section = config.section(SectionKind::SsoSession, session.as_str())?;
    section.get(key).map(|value| value.text().into_owned())
}

pub(super) fn invalid_key(
    configuration: &Configuration,
    session: &SessionName,
    key: &str,
    error: &dyn std::error::Error,
) -> Error {
    let file = configuration.files().config_location();
    let message = format!("{key} of [sso-session {session}] in {file}: {error}");
    Error::new(Exit::Configuration, message).with_hint(correct(format_args!("{key} in {file}")))
}

/// Returns values for accounts from a key of the `[sso-session]`.
fn account_map<T>(
    configuration: &Configuration,
    session: &SessionName,
    key: &str,
) -> Result<AccountMap<T>, Error>
where
    AccountMap<T>: FromStr<Err = InvalidAccountMap>,
{
    let Some(text) = session_key(configuration, session, key) else {
        return Ok(AccountMap::default());
    };
    text.parse()
        .map_err(|error: InvalidAccountMap| invalid_key(configuration, session, key, &error))
}
