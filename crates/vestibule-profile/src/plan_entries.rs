//! The entries of a plan, for display.

use std::fmt;
use std::path::PathBuf;

use vestibule_types::printable;

use crate::base::Base;
use crate::{ConfiguredSession, Origin, Plan, Settings, Sourced};

/// One setting of a plan, for display.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanEntry {
    /// The name of the setting: `region`.
    pub name: &'static str,
    /// The value for display, never a secret.
    pub value: String,
    /// The origin.
    pub origin: Origin,
}

impl PlanEntry {
    fn new<T: fmt::Display>(name: &'static str, sourced: &Sourced<T>) -> Self {
        Self {
            name,
            value: printable(&sourced.value.to_string()).into_owned(),
            origin: sourced.origin.clone(),
        }
    }
}

/// Collects entries.
struct PlanEntries(Vec<PlanEntry>);

impl PlanEntries {
    fn add<T: fmt::Display>(&mut self, name: &'static str, sourced: &Sourced<T>) {
        self.0.push(PlanEntry::new(name, sourced));
    }

    fn add_some<T: fmt::Display>(&mut self, name: &'static str, sourced: Option<&Sourced<T>>) {
        self.0.extend(sourced.map(|sourced| PlanEntry::new(name, sourced)));
    }

    fn session(&mut self, session: &ConfiguredSession) {
        self.add_some("sso_session", session.name.as_ref());
        self.add("sso_start_url", &session.start_url);
        self.add("sso_region", &session.region);
        let scopes = session.scopes.clone().map(|scopes| scopes.map(|list| list.join(", ")));
        self.add_some("sso_registration_scopes", scopes.as_ref());
    }
}

impl Plan {
    /// Returns the profile, the settings that are not at their default, the base, and the roles in the order
    /// in which they are assumed.
    pub fn entries(&self) -> Vec<PlanEntry> {
        let mut entries = PlanEntries(Vec::new());
        entries.add("profile", &self.profile);
        let Settings { region, use_fips, use_dual_stack, ca_bundle, .. } = &self.settings;
        entries.add_some("region", region.as_ref());
        entries.add_some("use_fips_endpoint", given(use_fips));
        entries.add_some("use_dualstack_endpoint", given(use_dual_stack));
        entries.add_some("ca_bundle", ca_bundle.as_ref().map(shown).as_ref());
        match &self.base {
            Base::Keys(keys) => {
                entries.add("aws_access_key_id", &keys.access_key_id);
                entries.add_some("aws_account_id", keys.account_id.as_ref());
            }
            Base::Sso(role) => {
                entries.session(&role.session);
                entries.add("sso_account_id", &role.account_id);
                entries.add("sso_role_name", &role.role_name);
            }
            Base::SsoToken(session) => entries.session(session),
            Base::WebIdentity(identity) => {
                entries.add("web_identity_token_file", &shown(&identity.token_file));
                entries.add("role_arn", &identity.role_arn);
                entries.add_some("role_session_name", identity.session_name.as_ref());
            }
            Base::Process(process) => {
                entries.add("credential_process", &process.command);
                entries.add_some("aws_account_id", process.account_id.as_ref());
            }
            Base::Login(session) => entries.add("login_session", &session.arn),
            Base::Named(source) => entries.add("credential_source", source),
            Base::NotConfigured(_) => {}
        }
        for role in &self.roles {
            entries.add("role_arn", &role.arn);
            entries.add_some("role_session_name", role.session_name.as_ref());
            entries.add_some("external_id", role.external_id.as_ref());
            entries.add_some("mfa_serial", role.mfa_serial.as_ref());
            let seconds = role.duration.clone().map(|span| span.map(|span| span.as_secs()));
            entries.add_some("duration_seconds", seconds.as_ref());
        }
        entries.0
    }
}

fn given<T>(setting: &Sourced<T>) -> Option<&Sourced<T>> {
    Some(setting).filter(|setting| setting.origin.is_given())
}

fn shown(path: &Sourced<PathBuf>) -> Sourced<String> {
    path.clone().map(|path| path.display().to_string())
}

/// A table of the [entries](Plan::entries), then the notes.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries();
        let names = entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
        let values =
            entries.iter().map(|entry| entry.value.chars().count()).max().unwrap_or_default();
        for PlanEntry { name, value, origin } in entries {
            writeln!(f, "{name:names$}  {value:values$}  {origin}")?;
        }
        match &self.base {
            Base::NotConfigured(reason) => writeln!(f, "no credentials: {reason}")?,
            Base::SsoToken(_) => writeln!(
                f,
                "a token, no credentials: neither sso_account_id nor sso_role_name is set"
            )?,
            _ => {}
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))
    }
}
