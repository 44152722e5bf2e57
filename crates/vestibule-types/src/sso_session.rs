use crate::{Region, SessionName, StartUrl};

/// A configured SSO session of IAM Identity Center.
///
/// Either an `[sso-session]` section, or, in the legacy form, `sso_start_url` and `sso_region` in the
/// profile itself, which has no name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SsoSession {
    /// The name of the section; `None` for the legacy form.
    pub name: Option<SessionName>,
    /// The start URL of the access portal.
    pub start_url: StartUrl,
    /// The region of the Identity Center instance, which may differ from that of the profile.
    pub region: Region,
    /// `sso_registration_scopes`, in the order written; empty when the file has none.
    pub scopes: Vec<String>,
}

impl SsoSession {
    /// Creates the session of an `[sso-session NAME]`.
    pub fn named(name: SessionName, start_url: StartUrl, region: Region) -> Self {
        Self { name: Some(name), start_url, region, scopes: Vec::new() }
    }

    /// Creates a session in the legacy form, which only its start URL identifies.
    pub fn legacy(start_url: StartUrl, region: Region) -> Self {
        Self { name: None, start_url, region, scopes: Vec::new() }
    }

    /// Sets the configured scopes.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the name, or the start URL of a session without a name.
    pub fn label(&self) -> &str {
        self.name.as_ref().map_or(self.start_url.as_str(), SessionName::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_is_the_name_or_the_start_url() {
        let url = StartUrl::new("https://example.awsapps.com/start").unwrap();
        let region = Region::new("eu-west-1").unwrap();
        let name = SessionName::new("corp").unwrap();
        assert_eq!(SsoSession::named(name, url.clone(), region.clone()).label(), "corp");
        assert_eq!(SsoSession::legacy(url.clone(), region).label(), url.as_str());
    }
}
