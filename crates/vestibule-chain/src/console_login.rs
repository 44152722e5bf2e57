use std::sync::OnceLock;

use vestibule_profile::{Base, Plan};
use vestibule_provider::{Error, ErrorKind, Lookup, Provider, RefreshPolicy};
use vestibule_sso::{ConsoleSession, ConsoleSessions};
use vestibule_world::{BoxFuture, World};

use crate::sso_role::sso_error;

const NAME: &str = "login";

/// The credentials of a console login, refreshed as long as the login lasts.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html> (read 2026-11)
#[derive(Debug)]
pub struct ConsoleLogin {
    session: ConsoleSession,
    sessions: OnceLock<ConsoleSessions>,
}

impl ConsoleLogin {
    /// Creates a provider of the credentials of this console login.
    pub fn new(session: ConsoleSession) -> Self {
        Self { session, sessions: OnceLock::new() }
    }

    /// Sets the store of the credentials. Default: that of the home folder.
    #[must_use]
    pub fn with_sessions(mut self, sessions: Option<ConsoleSessions>) -> Self {
        self.sessions = sessions.map_or_else(OnceLock::new, OnceLock::from);
        self
    }
}

impl Provider for ConsoleLogin {
    fn name(&self) -> &'static str {
        NAME
    }

    fn provide<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup, Error>> {
        let sessions =
            self.sessions.get_or_init(|| ConsoleSessions::at_home(&world.vars, world.platform));
        Box::pin(async move {
            let credentials = sessions.credentials(world, &self.session).await;
            credentials.map(Lookup::Credentials).map_err(|error| match &error {
                vestibule_sso::Error::CannotRefresh { source, .. }
                    if source.is::<vestibule_console_login::EndpointError>() =>
                {
                    Error::new(NAME, ErrorKind::Configuration, error)
                }
                _ => sso_error(NAME, error),
            })
        })
    }

    fn refresh_policy(&self) -> RefreshPolicy {
        RefreshPolicy::EARLY
    }
}

/// Error returned for a profile that gets its credentials in another way.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("Profile \"{profile}\" already gets credentials from {setting}.")]
#[non_exhaustive]
pub struct OtherSource {
    /// The profile.
    pub profile: String,
    /// The setting.
    pub setting: &'static str,
}

/// Returns the `login_session` of a profile; `None` if it has none and may be given one.
///
/// # Errors
/// [`OtherSource`], as in the AWS CLI.
pub fn console_session(plan: &Plan) -> Result<Option<&str>, OtherSource> {
    let setting = match &plan.base {
        _ if !plan.roles.is_empty() => "role_arn",
        Base::Login(session) => return Ok(Some(session.arn.value.trim())),
        Base::NotConfigured(_) => return Ok(None),
        Base::Keys(_) => "aws_access_key_id",
        Base::Sso(_) | Base::SsoToken(_) => "sso_session or sso_start_url",
        Base::Process(_) => "credential_process",
        Base::WebIdentity(_) => "web_identity_token_file",
        Base::Named(_) => "credential_source",
        _ => "another source",
    };
    Err(OtherSource { profile: plan.profile.value.clone(), setting })
}

#[cfg(test)]
mod tests {
    use vestibule_profile::{Files, Overrides, plan};
    use vestibule_types::Vars;

    use super::*;

    const ARN: &str = "arn:aws:iam::012345678910:user/ann";

    #[track_caller]
    fn check(config: &str, expected: Result<Option<&str>, &str>) {
        let files = Files::from_texts(&format!("[default]\n{config}\n"), "");
        let plan = plan(&files, &Vars::default(), &Overrides::default()).unwrap();
        let found = console_session(&plan).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn profile_with_another_source_is_an_error() {
        check("region = us-east-1", Ok(None));
        check(&format!("login_session = {ARN}"), Ok(Some(ARN)));
        for (config, setting) in [
            ("aws_access_key_id = a\naws_secret_access_key = b", "aws_access_key_id"),
            ("credential_process = /bin/true", "credential_process"),
            (
                "sso_start_url = https://a.awsapps.com/start\nsso_region = us-east-1\n\
                 sso_account_id = 111122223333\nsso_role_name = r",
                "sso_session or sso_start_url",
            ),
            (
                "web_identity_token_file = /token\nrole_arn = arn:aws:iam::111122223333:role/Ops",
                "web_identity_token_file",
            ),
            ("credential_source = EcsContainer", "credential_source"),
            (
                "credential_source = EcsContainer\nrole_arn = arn:aws:iam::111122223333:role/Ops",
                "role_arn",
            ),
        ] {
            let expected = format!("Profile \"default\" already gets credentials from {setting}.");
            check(config, Err(&expected));
        }
    }
}
