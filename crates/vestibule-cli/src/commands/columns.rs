//! Columns of profiles, for the picker and `list-profiles --long`.

use std::collections::HashMap;

use vestibule::config::SectionKind;
use vestibule::{AccountId, Configuration, SessionName};
use vestibule_sync::Tags;

use super::account_map::account_tags;
use super::target::SYNC_SESSION;

/// Headers of [`profile_rows`].
pub(super) const HEADS: [&str; 6] =
    ["PROFILE", "ACCOUNT", "ACCOUNT NAME", "ROLE", "REGION", "SESSION"];

/// Returns name, account id, account name, role, region and session of profiles, from local files.
pub(super) fn profile_rows<'a>(
    configuration: &'a Configuration,
    names: &'a [String],
) -> impl Iterator<Item = [String; 6]> + 'a {
    let accounts = account_names(configuration);
    let files = configuration.files();
    names.iter().map(move |name| {
        let profile = files.profile(name);
        let get = |key: &str| {
            let setting = profile.and_then(|profile| profile.get(key));
            setting.map(|setting| setting.text().to_owned()).unwrap_or_default()
        };
        let first = |keys: &[&str]| {
            let values = keys.iter().map(|key| get(key));
            values.into_iter().find(|value| !value.is_empty())
        };
        let role_arn = get("role_arn");
        let mut arn = role_arn.split(':').skip(4);
        let (arn_account, arn_role) = (arn.next(), arn.next());
        let arn_role = arn_role.and_then(|role| role.strip_prefix("role/"));
        let account = first(&["sso_account_id", "vestibule_sync_account_id"]);
        let account = account.or(arn_account.map(str::to_owned)).unwrap_or_default();
        let role = first(&["sso_role_name", "vestibule_sync_role_name"]);
        let role = role.or(arn_role.map(str::to_owned)).unwrap_or_default();
        let account_name = accounts.get(&account).cloned().unwrap_or_default();
        let session = first(&["sso_session", "login_session", SYNC_SESSION]).unwrap_or_default();
        [name.clone(), account, account_name, role, get("region"), session]
    })
}

/// Returns the columns of [`profile_rows`] and the tags of the account, for the picker.
pub(super) fn tagged_profile_rows<'a>(
    configuration: &'a Configuration,
    names: &'a [String],
) -> impl Iterator<Item = [String; 7]> + 'a {
    // A key that is not valid is reported by `configure sync`.
    let tags = |session: String| {
        let tags = account_tags(configuration, &SessionName::new(&session).ok()?).ok()?;
        Some((session, tags))
    };
    let tags: HashMap<_, _> = configuration.session_names().filter_map(tags).collect();
    profile_rows(configuration, names).map(
        move |[name, account, account_name, role, region, session]| {
            let found = AccountId::new(&account).ok().and_then(|id| {
                tags.get(&session)?.get(&id, Some(&account_name)).map(Tags::to_string)
            });
            [name, account, account_name, role, region, session, found.unwrap_or_default()]
        },
    )
}

/// Returns the account names of the last listings.
fn account_names(configuration: &Configuration) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for session in configuration.session_names() {
        let Ok(center) = configuration.identity_center_named(&session, "picker") else { continue };
        let listing = center.listing();
        names.extend(
            listing.accounts().map(|(account, name)| (account.to_string(), name.to_owned())),
        );
    }
    names.retain(|_, name| !name.is_empty());
    names
}

/// Returns name, start URL and region of sessions.
pub(super) fn session_rows(configuration: &Configuration) -> Vec<[String; 3]> {
    let config = configuration.files().config();
    let row = |name: String| {
        let section = config.section(SectionKind::SsoSession, &name);
        let get = |key| {
            let value = section.and_then(|section| section.get(key));
            value.map(|value| value.text().into_owned()).unwrap_or_default()
        };
        let (url, region) = (get("sso_start_url"), get("sso_region"));
        [name, url, region]
    };
    configuration.session_names().map(row).collect()
}
