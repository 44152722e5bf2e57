use std::time::Duration;

use vestibule_types::Region;

use crate::error::{Error, ErrorKind};

/// The IAM Identity Center instance, as [`Builder`](crate::Builder) describes it.
pub(crate) struct Settings {
    pub(crate) region: Region,
    pub(crate) start_urls: Vec<String>,
    /// A company's own URLs, and the start URLs that they redirect to.
    pub(crate) vanity_urls: Vec<(String, String)>,
    pub(crate) users: Vec<String>,
    pub(crate) accounts: Vec<Account>,
    /// The names of EKS clusters, which every account has.
    pub(crate) clusters: Vec<String>,
    /// The ARNs of applications that get tokens by IAM credentials.
    pub(crate) applications: Vec<String>,
    /// The trust anchors of Roles Anywhere, by ARN, with their certificates in PEM.
    pub(crate) trust_anchors: Vec<(String, String)>,
    /// The ARNs of profiles of Roles Anywhere, each with that of a role that it allows.
    pub(crate) roles_anywhere_profiles: Vec<(String, String)>,
    pub(crate) auto_approve: bool,
    pub(crate) rotation: Rotation,
    pub(crate) registration_duration: Duration,
    pub(crate) session_duration: Duration,
    pub(crate) access_token_duration: Duration,
    pub(crate) role_duration: Duration,
}

impl Default for Settings {
    #[expect(clippy::expect_used, reason = "a constant that is a region")]
    fn default() -> Self {
        let hours = |count: u64| Duration::from_secs(count * 3600);
        Self {
            region: Region::new("us-east-1").expect("a region"),
            start_urls: Vec::new(),
            vanity_urls: Vec::new(),
            users: Vec::new(),
            accounts: Vec::new(),
            clusters: Vec::new(),
            applications: Vec::new(),
            trust_anchors: Vec::new(),
            roles_anywhere_profiles: Vec::new(),
            auto_approve: false,
            rotation: Rotation::default(),
            registration_duration: hours(90 * 24),
            session_duration: hours(8),
            access_token_duration: hours(1),
            role_duration: hours(1),
        }
    }
}

/// An account that every user has access to.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) roles: Vec<String>,
}

impl Settings {
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Returns the account with this id, which is added if it is missing.
    pub(crate) fn account_mut(&mut self, id: String) -> &mut Account {
        let accounts = &mut self.accounts;
        let index = accounts.iter().position(|account| account.id == id).unwrap_or(accounts.len());
        if index == accounts.len() {
            accounts.push(Account { id, name: None, roles: Vec::new() });
        }
        &mut accounts[index]
    }

    /// Returns whether the URL is a start URL, with or without a trailing `/` or `#`.
    pub(crate) fn is_start_url(&self, url: &str) -> bool {
        let url = without_end(url);
        self.start_urls.iter().any(|start_url| without_end(start_url) == url)
    }

    /// Returns the hosts of the start URLs and the vanity URLs.
    pub(crate) fn start_hosts(&self) -> impl Iterator<Item = String> {
        let vanity = self.vanity_urls.iter().map(|(url, _)| url);
        self.start_urls.iter().chain(vanity).filter_map(|url| host(url))
    }

    /// Returns whether the host of a URL is that of a start URL.
    pub(crate) fn has_start_host(&self, url: &str) -> bool {
        host(url).is_some_and(|here| self.start_hosts().any(|host| host == here))
    }

    /// Returns the start URL that a URL on a vanity host redirects to.
    pub(crate) fn vanity_target(&self, url: &str) -> Option<&str> {
        let here = host(url)?;
        let vanity = self.vanity_urls.iter().find(|(own, _)| host(own).as_ref() == Some(&here));
        vanity.map(|(_, start_url)| start_url.as_str())
    }

    /// Returns the user with this name, or the first user if there is no name.
    pub(crate) fn user(&self, name: Option<&str>) -> Option<&str> {
        let mut users = self.users.iter().map(String::as_str);
        match name {
            Some(name) => users.find(|user| *user == name),
            None => users.next(),
        }
    }
}

fn without_end(url: &str) -> &str {
    url.trim_end_matches(['/', '#'])
}

fn host(url: &str) -> Option<String> {
    Some(url.parse::<http::Uri>().ok()?.host()?.to_ascii_lowercase())
}

/// The rotation of refresh tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rotation {
    /// The response has a new refresh token. Using the old one again is `invalid_grant`.
    #[default]
    SingleUse,
    /// Like [`SingleUse`](Self::SingleUse), but using the old one again revokes the session, as the
    /// OAuth 2.0 security practice recommends (RFC 9700 §4.14.2).
    ReuseEndsSession,
    /// The response has a new refresh token, and the old one stays valid.
    Reusable,
    /// The response has no refresh token, and the old one stays valid.
    Unchanged,
}

impl Rotation {
    const NAMES: [(&str, Self); 4] = [
        ("single-use", Self::SingleUse),
        ("reuse-ends-session", Self::ReuseEndsSession),
        ("reusable", Self::Reusable),
        ("unchanged", Self::Unchanged),
    ];

    /// Parses the name that scripts and files use.
    pub(crate) fn from_name(name: &str) -> Result<Self, Error> {
        let found = Self::NAMES.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, rotation)| rotation).ok_or_else(|| {
            let names = Self::NAMES.map(|(known, _)| format!("`{known}`")).join(", ");
            let message = format!("`{name}` is not a rotation; write one of {names}");
            Error::new(ErrorKind::InvalidConfig, message)
        })
    }
}
