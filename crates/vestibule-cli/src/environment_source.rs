//! Credentials of the environment, where commands use them instead of a profile: keys, or an agent.

use vestibule::{Source, SourceState, Timestamp, Vars};
use vestibule_types::printable_short;

use crate::agent_session;
use crate::child::{EXPIRATION_MARKER, PROFILE_MARKER};

/// The name of an agent as a source of credentials.
pub(crate) const AGENT: &str = "agent";

const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// Keys in the environment, or an agent, that take precedence over the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentSource {
    /// `environment` or [`AGENT`].
    pub(crate) name: &'static str,
    /// The access key id, or the address of the agent.
    pub(crate) description: String,
    /// The variable that has the credentials or the address.
    pub(crate) variable: String,
    /// The account, as far as the environment names it.
    pub(crate) account: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    /// The profile of the keys, if `exec` or `vestibule-env` put them there, or that of the agent.
    pub(crate) profile: Option<String>,
}

impl EnvironmentSource {
    /// Returns the keys if the provider chain uses them.
    pub(crate) fn in_use(sources: &[Source], vars: &Vars) -> Option<Self> {
        let used = sources.iter().find(|source| source.state == SourceState::Used)?;
        if used.name != "environment" {
            return None;
        }
        let set = |name: &str| vars.get(name).map(str::to_owned);
        Some(Self {
            name: "environment",
            description: printable_short(&used.description, 100),
            variable: used.origin.as_ref().map(ToString::to_string).unwrap_or_default(),
            account: set("AWS_ACCOUNT_ID"),
            expires_at: vars.get(EXPIRATION).and_then(|text| text.parse().ok()),
            // Keys that were set later have another expiration, or none.
            profile: set(PROFILE_MARKER)
                .filter(|_| vars.get(EXPIRATION_MARKER) == vars.get(EXPIRATION)),
        })
    }

    /// Returns the agent at a path, which gives the credentials of a profile of its machine.
    pub(crate) fn agent(path: &str, profile: &str) -> Self {
        Self {
            name: AGENT,
            description: format!("the agent at {}", printable_short(path, 200)),
            variable: agent_session::VARIABLE.to_owned(),
            account: None,
            // Only a request shows it, which the agent may ask its user about.
            expires_at: None,
            profile: Some(profile.to_owned()),
        }
    }

    /// Returns whether the credentials have expired.
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vars: &[(&str, &str)], profile: Option<&str>) {
        let vars: Vars = vars.iter().copied().collect();
        let builder = vestibule::Session::builder().vars(vars.clone());
        let sources = builder.configuration().unwrap().sources().unwrap();
        let found = EnvironmentSource::in_use(&sources, &vars);
        assert_eq!(found.unwrap().profile.as_deref(), profile);
    }

    #[test]
    fn marker_names_the_profile_of_keys_with_its_expiration_only() {
        let home = ("HOME", "/nowhere");
        let keys = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "x")];
        let keys = [&[home][..], &keys, &[(PROFILE_MARKER, "dev")]].concat();
        let marked = (EXPIRATION_MARKER, "2026-01-02T03:04:05Z");
        let expires = (EXPIRATION, "2026-01-02T03:04:05Z");
        check(&keys, Some("dev"));
        check(&[&keys[..], &[marked, expires]].concat(), Some("dev"));
        check(&[&keys[..], &[marked]].concat(), None);
        check(&[&keys[..], &[marked, (EXPIRATION, "2027-01-02T03:04:05Z")]].concat(), None);
    }
}
