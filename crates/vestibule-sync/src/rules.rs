//! The rules by which profiles are synchronized.

use std::collections::HashSet;

use vestibule::config::{Edit, Section, SectionKind};
use vestibule::{Region, SessionName, StartUrl};

use crate::existing_profile::{MANAGED_MARKER, MANAGED_VALUE, PROCESS, PROCESS_KEYS, SSO_KEYS};
use crate::wanted_role::WantedRole;
use crate::{AccountRegions, Filter, Template};

/// The rules by which profiles are synchronized with the assignments of a user.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    pub(crate) session: &'a SessionName,
    pub(crate) start_url: &'a StartUrl,
    pub(crate) filter: Filter,
    pub(crate) template: Template,
    region: Option<Region>,
    default_region: Option<Region>,
    account_regions: AccountRegions,
    pub(crate) credential_process: Option<String>,
    pub(crate) reserved_names: HashSet<String>,
    pub(crate) pinned_names: HashSet<String>,
    pub(crate) is_renaming: bool,
    pub(crate) is_pruning: bool,
    pub(crate) is_pruning_all: bool,
}

impl<'a> Rules<'a> {
    /// Creates rules that add a profile for every role, named by [`Template::default`], and remove
    /// none.
    pub fn new(session: &'a SessionName, start_url: &'a StartUrl) -> Self {
        Self {
            session,
            start_url,
            filter: Filter::default(),
            template: Template::default(),
            region: None,
            default_region: None,
            account_regions: AccountRegions::default(),
            credential_process: None,
            reserved_names: HashSet::new(),
            pinned_names: HashSet::new(),
            is_renaming: false,
            is_pruning: false,
            is_pruning_all: false,
        }
    }

    /// Sets the filter that a role has to pass.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// Sets the template of profile names.
    #[must_use]
    pub fn with_template(mut self, template: Template) -> Self {
        self.template = template;
        self
    }

    /// Sets the `region` of every profile; without it each keeps its own.
    #[must_use]
    pub fn with_region(mut self, region: Option<Region>) -> Self {
        self.region = region;
        self
    }

    /// Sets the `region` of profiles without one: most programs need it.
    #[must_use]
    pub fn with_default_region(mut self, region: Region) -> Self {
        self.default_region = Some(region);
        self
    }

    /// Sets the regions of accounts, which take precedence over that of all.
    #[must_use]
    pub fn with_account_regions(mut self, regions: AccountRegions) -> Self {
        self.account_regions = regions;
        self
    }

    /// Writes profiles with a `credential_process` in place of the SSO session, for tools that know no
    /// sessions. The command is followed by ` --account-id ID --role-name NAME`.
    ///
    /// Roles whose names have characters that IAM does not allow get no such profile: a shell would
    /// read them.
    #[must_use]
    pub fn with_credential_process(mut self, command: Option<String>) -> Self {
        self.credential_process = command;
        self
    }

    /// Adds names that no profile may get, such as those of the credentials file: its sections are
    /// merged with the profiles of the same name.
    #[must_use]
    pub fn with_reserved_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.reserved_names.extend(names);
        self
    }

    /// Renames managed profiles to the names that the template gives; without it each keeps its name.
    ///
    /// The section keeps its settings, and profiles that refer to it get the new name.
    #[must_use]
    pub fn with_renaming(mut self, is_renaming: bool) -> Self {
        self.is_renaming = is_renaming;
        self
    }

    /// Adds names of profiles that are not renamed, because a file that is not edited refers to them.
    #[must_use]
    pub fn with_pinned_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.pinned_names.extend(names);
        self
    }

    /// Removes managed profiles whose role is no longer listed, or does not pass the filter. Nothing
    /// is removed if the list is incomplete.
    #[must_use]
    pub fn with_pruning(mut self, is_pruning: bool) -> Self {
        self.is_pruning = is_pruning;
        self
    }

    /// Removes managed profiles even if the portal listed no role at all, which is more often an error
    /// of the portal than the loss of every assignment. Off by default.
    #[must_use]
    pub fn with_pruning_of_all(mut self, is_pruning_all: bool) -> Self {
        self.is_pruning_all = is_pruning_all;
        self
    }

    /// Returns the edits that bring one profile up to date. Keys that the user added stay.
    pub(crate) fn edits(
        &self,
        name: &str,
        role: WantedRole<'_>,
        old: Option<Section<'_>>,
    ) -> Vec<Edit> {
        let (account_id, role_name) = role.key();
        let lacks_region = old.and_then(|section| section.get("region")).is_none();
        let default_region = self.default_region.as_ref().filter(|_| lacks_region);
        let own_region = self.account_regions.get(role.account_id, role.account_name);
        let region = own_region.or(self.region.as_ref()).or(default_region);
        let region = region.map(|region| ("region", region.as_str()));
        let command = self
            .credential_process
            .as_ref()
            .map(|command| format!("{command} --account-id {account_id} --role-name {role_name}"));
        let ([session_key, account_key, role_key], others) = match &command {
            Some(_) => (PROCESS_KEYS, &SSO_KEYS[..]),
            None => (SSO_KEYS, &[PROCESS, PROCESS_KEYS[0], PROCESS_KEYS[1], PROCESS_KEYS[2]][..]),
        };
        // If a profile changes from one kind to the other, the keys of the old kind are removed; a
        // `credential_process` that the user wrote stays.
        let has = |key: &str| old.is_some_and(|section| section.get(key).is_some());
        let changes_kind = old.is_some() && !has(session_key);
        let obsolete = others.iter().filter(|key| changes_kind && has(key));
        let removals = obsolete.map(|key| Edit::remove(SectionKind::Profile, name, *key));
        let removals: Vec<_> = removals.collect();
        let keys = [
            (session_key, self.session.as_str()),
            (account_key, account_id),
            (role_key, role_name),
        ];
        let command = command.as_deref().map(|command| (PROCESS, command));
        let keys = keys.into_iter().chain(command).chain(region);
        let keys = keys.chain([(MANAGED_MARKER, MANAGED_VALUE)]);
        let differs = |&(key, value): &(&str, &str)| {
            let old = old.and_then(|section| section.get(key));
            old.is_none_or(|old| old.text() != value)
        };
        let set = |(key, value)| Edit::set(SectionKind::Profile, name, key, value);
        removals.into_iter().chain(keys.filter(differs).map(set)).collect()
    }
}
