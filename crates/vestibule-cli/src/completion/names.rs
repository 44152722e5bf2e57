//! Names from local files, for completion.

use std::collections::BTreeMap;

use vestibule::{AccountId, Configuration, IdentityCenter, Overrides, Session};

use super::Candidate;
use crate::app::App;

/// Values before the cursor, by option name.
pub(super) type Given = BTreeMap<String, String>;

/// Id of the positional argument that names a profile.
pub(super) const POSITIONAL_PROFILE: &str = "positional";

/// The kind of thing that a name refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Profiles,
    Sessions,
    /// Accounts of the last listing.
    Accounts,
    /// Roles of the last listing, in the given account or in all.
    Roles,
}

impl Kind {
    /// Returns the kind of name that an argument takes, by its option or the id of a positional one.
    pub(super) fn for_argument(name: &str) -> Option<Self> {
        Some(match name {
            "profile" | POSITIONAL_PROFILE => Self::Profiles,
            "sso-session" | "session-name" => Self::Sessions,
            "account-id" => Self::Accounts,
            "role-name" => Self::Roles,
            _ => return None,
        })
    }
}

/// Returns the names of a kind; of profiles, those that may be candidates. A configuration that cannot
/// be read has none.
pub(super) fn find(
    app: &App<'_>,
    kind: Kind,
    given: &Given,
    is_candidate: impl Fn(&str) -> bool,
) -> Vec<Candidate> {
    let Ok(configuration) = configuration(app, given) else { return Vec::new() };
    let plain = |name: String| Candidate::new(name, "");
    match kind {
        Kind::Profiles => {
            let names = configuration.files().profile_names().filter(|name| is_candidate(name));
            names.map(|name| plain(name.into_owned())).collect()
        }
        Kind::Sessions => configuration.session_names().map(plain).collect(),
        Kind::Accounts => accounts(&configuration, given),
        Kind::Roles => roles(&configuration, given),
    }
}

/// Returns the configuration for the profile on the command line so far.
fn configuration(app: &App<'_>, given: &Given) -> Result<Configuration, vestibule::Error> {
    let profile = given.get("profile").or(app.global.profile.as_ref());
    let overrides = profile.map(|profile| Overrides::default().with_profile(profile, "--profile"));
    Session::builder().overrides(overrides.unwrap_or_default()).configuration()
}

fn accounts(configuration: &Configuration, given: &Given) -> Vec<Candidate> {
    let listings = centers(configuration, given).into_iter().map(|center| center.listing());
    let mut accounts = Vec::new();
    for listing in listings {
        accounts.extend(
            listing.accounts().map(|(account, name)| Candidate::new(account.as_str(), name)),
        );
    }
    accounts
}

fn roles(configuration: &Configuration, given: &Given) -> Vec<Candidate> {
    let wanted = given.get("account-id").and_then(|account| AccountId::new(account).ok());
    let mut roles = Vec::new();
    for center in centers(configuration, given) {
        let listing = center.listing();
        for (account, _) in listing.accounts() {
            if wanted.as_ref().is_none_or(|wanted| wanted == account) {
                roles.extend(listing.roles(account).iter().map(ToString::to_string));
            }
        }
    }
    roles.sort_unstable();
    roles.dedup();
    roles.into_iter().map(|role| Candidate::new(role, "")).collect()
}

/// Returns the named session, else that of the profile, else all.
fn centers(configuration: &Configuration, given: &Given) -> Vec<IdentityCenter> {
    let named = |name: &str| configuration.identity_center_named(name, "completion").ok();
    match given.get("sso-session").or_else(|| given.get("session-name")) {
        Some(name) => named(name).into_iter().collect(),
        None => match configuration.identity_center() {
            Ok(center) => vec![center],
            Err(_) => configuration.session_names().filter_map(|name| named(&name)).collect(),
        },
    }
}
