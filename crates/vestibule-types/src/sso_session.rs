use crate::{Region, SessionName, StartUrl};

/// One sign-in to IAM Identity Center, as configured.
///
/// Either an `[sso-session]` section, or, in the older style, `sso_start_url` and `sso_region`
/// written in the profile itself; the latter has no name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SsoSession {
    /// The name of the section; `None` for the older style.
    pub name: Option<SessionName>,
    /// Where the person signs in.
    pub start_url: StartUrl,
    /// The region of the Identity Center instance, which need not be the region of the work.
    pub region: Region,
    /// `sso_registration_scopes`, in the order written; empty when the file has none.
    pub scopes: Vec<String>,
}

impl SsoSession {
    /// An `[sso-session NAME]`.
    pub fn named(name: SessionName, start_url: StartUrl, region: Region) -> Self {
        Self { name: Some(name), start_url, region, scopes: Vec::new() }
    }

    /// The older style, where the start URL is all the identity a session has.
    pub fn legacy(start_url: StartUrl, region: Region) -> Self {
        Self { name: None, start_url, region, scopes: Vec::new() }
    }

    /// With the scopes the file asks for.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// What people call it: its name, else its start URL.
    pub fn label(&self) -> &str {
        self.name.as_ref().map_or(self.start_url.as_str(), SessionName::as_str)
    }
}
