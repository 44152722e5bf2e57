//! Keys of the environment, where the provider chain uses them instead of a profile.

use vestibule::{Source, SourceState, Timestamp, Vars};
use vestibule_types::printable_short;

use crate::child::{EXPIRATION_MARKER, PROFILE_MARKER};

const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// Keys in the environment that take precedence over the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentSource {
    /// The access key id.
    pub(crate) description: String,
    /// The variable that has the credentials.
    pub(crate) variable: String,
    /// The account, as far as the environment names it.
    pub(crate) account: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    /// The profile of the keys, if `exec` or `vestibule-env` put them there.
    pub(crate) profile: Option<String>,
}

impl EnvironmentSource {
    /// Returns the keys if what the provider chain uses.
    pub(crate) fn in_use(sources: &[Source], vars: &Vars) -> Option<Self> {
        let used = sources.iter().find(|source| source.state == SourceState::Used)?;
        if used.name != "environment" {
            return None;
        }
        let set = |name: &str| vars.get(name).map(str::to_owned);
        Some(Self {
            description: printable_short(&used.description, 100),
            variable: used.origin.as_ref().map(ToString::to_string).unwrap_or_default(),
            account: set("AWS_ACCOUNT_ID"),
            expires_at: vars.get(EXPIRATION).and_then(|text| text.parse().ok()),
            // Keys that were set later have another expiration, or none.
            profile: set(PROFILE_MARKER)
                .filter(|_| vars.get(EXPIRATION_MARKER) == vars.get(EXPIRATION)),
        })
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
