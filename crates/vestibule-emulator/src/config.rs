use std::time::Duration;

use vestibule_types::Region;

use crate::container::Container;
use crate::faults::Rule;
use crate::iam::Iam;
use crate::instance::Instance;

/// What the emulator is told to be; see [`Builder`](crate::Builder) for the meanings.
pub(crate) struct Config {
    pub(crate) region: Region,
    pub(crate) start_urls: Vec<String>,
    /// Addresses of a company's own, and where they lead.
    pub(crate) vanity_urls: Vec<(String, String)>,
    pub(crate) users: Vec<String>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) iam: Iam,
    /// Users, and the access tokens of their sessions that are there from the start.
    pub(crate) sessions: Vec<(String, String)>,
    pub(crate) instance: Instance,
    pub(crate) containers: Vec<Container>,
    pub(crate) auto_approve: bool,
    pub(crate) rotation: Rotation,
    pub(crate) session: Duration,
    pub(crate) access_token: Duration,
    pub(crate) role_credentials: Duration,
    /// What is to go wrong from the start.
    pub(crate) faults: Vec<Rule>,
}

impl Default for Config {
    #[expect(clippy::expect_used, reason = "a constant that is a region")]
    fn default() -> Self {
        let hours = |count: u64| Duration::from_secs(count * 3600);
        Self {
            region: Region::new("us-east-1").expect("a region"),
            start_urls: Vec::new(),
            vanity_urls: Vec::new(),
            users: Vec::new(),
            accounts: Vec::new(),
            iam: Iam::default(),
            sessions: Vec::new(),
            instance: Instance::default(),
            containers: Vec::new(),
            auto_approve: false,
            rotation: Rotation::default(),
            session: hours(8),
            access_token: hours(1),
            role_credentials: hours(1),
            faults: Vec::new(),
        }
    }
}

/// An account that every user may open.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) roles: Vec<String>,
}

impl Config {
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// True if the address leads to this instance, however its end is written.
    pub(crate) fn is_start_url(&self, url: &str) -> bool {
        let bare = |url: &str| url.trim_end_matches(['/', '#']).to_owned();
        self.start_urls.iter().any(|own| bare(own) == bare(url))
    }

    /// The hosts of the start URLs, a company's own included.
    #[cfg(feature = "server")]
    pub(crate) fn start_hosts(&self) -> impl Iterator<Item = String> {
        let vanity = self.vanity_urls.iter().map(|(own, _)| own);
        self.start_urls.iter().chain(vanity).filter_map(|url| host(url))
    }

    /// Where a company's own address leads that has the host of this one.
    pub(crate) fn leads_to(&self, url: &str) -> Option<&str> {
        let here = host(url)?;
        let vanity = self.vanity_urls.iter().find(|(own, _)| host(own).as_ref() == Some(&here));
        vanity.map(|(_, portal)| portal.as_str())
    }

    /// The user of that name; the first one if none is named.
    pub(crate) fn user(&self, name: Option<&str>) -> Option<&str> {
        let mut users = self.users.iter().map(String::as_str);
        match name {
            Some(name) => users.find(|user| *user == name),
            None => users.next(),
        }
    }
}

fn host(url: &str) -> Option<String> {
    Some(url.parse::<http::Uri>().ok()?.host()?.to_ascii_lowercase())
}

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rotation {
    /// It is spent and a new one comes back; using it again is `invalid_grant`.
    #[default]
    SingleUse,
    /// The same, and using it again ends the session, as OAuth 2.0 security practice (RFC 9700
    /// §4.14.2) has it.
    ReuseEndsSession,
    /// A new one comes back, and the old one goes on working.
    Reusable,
    /// None comes back, and the old one goes on working.
    Unchanged,
}

impl Rotation {
    /// What scripts and files call them.
    const NAMED: [(&str, Self); 4] = [
        ("single-use", Self::SingleUse),
        ("reuse-ends-session", Self::ReuseEndsSession),
        ("reusable", Self::Reusable),
        ("unchanged", Self::Unchanged),
    ];

    /// The one of that name, or what to write.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        let found = Self::NAMED.into_iter().find(|(own, _)| *own == name);
        found.map(|(_, rotation)| rotation).ok_or_else(|| {
            let names = Self::NAMED.map(|(own, _)| format!("`{own}`")).join(", ");
            format!("`{name}` is no rotation; write one of {names}")
        })
    }
}
