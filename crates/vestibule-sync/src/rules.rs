//! The rules that turn assignments and an existing config file into changes.

use std::collections::{HashMap, HashSet};

use vestibule::config::{Document, Edit, Section, SectionKind};
use vestibule::{Region, SessionName, StartUrl};
use vestibule_types::is_printable;

use crate::existing_profile::{
    ExistingProfile, MANAGED_MARKER, MANAGED_VALUE, PROCESS_KEYS, SSO_KEYS, existing_profiles,
};
use crate::names::assign_names;
use crate::wanted_role::{WantedRole, wanted_roles};
use crate::{AccountRegions, Assignments, Filter, Plan, PlannedProfile, Template};

/// The rules by which profiles are synchronized with the assignments of a user.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    session: &'a SessionName,
    start_url: &'a StartUrl,
    filter: Filter,
    template: Template,
    region: Option<Region>,
    default_region: Option<Region>,
    account_regions: AccountRegions,
    credential_process: Option<String>,
    reserved_names: HashSet<String>,
    is_pruning: bool,
    is_pruning_all: bool,
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

    /// Returns the changes to this text of the config file.
    pub fn plan(&self, assignments: &Assignments, document: &Document) -> Plan {
        let existing = existing_profiles(document, self.session, self.start_url);
        let mut plan = Plan::default();
        let mut roles = wanted_roles(assignments, &self.filter);
        roles.retain(|role| {
            let name = role.role.as_str();
            let is_safe = self.credential_process.is_none() || name.chars().all(is_iam_character);
            let is_usable = is_safe && name.chars().all(is_printable);
            if !is_usable {
                plan.unprintable.push(PlannedProfile::new(name, role.key()));
            }
            is_usable
        });
        let unmanaged = unmanaged_profiles(&existing);
        roles.retain(|role| match unmanaged.get(&role.key()) {
            Some(profile) => {
                plan.unmanaged.push(PlannedProfile::new(&*profile.name, profile.key()));
                false
            }
            None => true,
        });

        let name = |role: WantedRole<'_>| self.template.profile_name(&role, self.session);
        let mut candidates: Vec<_> = roles.into_iter().map(|role| (name(role), role)).collect();
        candidates.sort_by(|(a, a_role), (b, b_role)| (a, a_role.key()).cmp(&(b, b_role.key())));
        let names = assign_names(&candidates, &existing, &self.reserved_names(&existing));

        let mut sets = Vec::new();
        let mut written = HashSet::new();
        for ((candidate, role), name) in candidates.iter().zip(names) {
            let Some(name) = name else {
                plan.name_conflicts.push(PlannedProfile::new(candidate, role.key()));
                continue;
            };
            let old = document.section(SectionKind::Profile, &name);
            let edits = self.edits(&name, *role, old);
            let profile = PlannedProfile::new(&name, role.key());
            match old {
                None => {
                    plan.additions.extend(edits.iter().cloned());
                    plan.added.push(profile);
                }
                Some(_) if edits.is_empty() => plan.unchanged.push(profile),
                Some(_) => plan.changed.push(profile),
            }
            sets.extend(edits);
            written.insert(name);
        }

        let failed: HashSet<_> =
            assignments.failed.iter().map(|failed| failed.account_id.as_str()).collect();
        let is_unwanted = |profile: &&ExistingProfile<'_>| {
            profile.is_managed
                && !written.contains(&*profile.name)
                && !failed.contains(profile.key().0)
        };
        let may_prune = self.is_pruning && assignments.is_complete();
        let is_withheld = assignments.is_empty() && !self.is_pruning_all;
        let written_roles: HashSet<_> = candidates.iter().map(|(_, role)| role.key()).collect();
        let listed: HashSet<_> = assignments.roles().collect();
        for profile in existing.iter().filter(is_unwanted) {
            let key = profile.key();
            let list = if may_prune && !is_withheld {
                &mut plan.removed
            } else if written_roles.contains(&key) {
                &mut plan.renamed
            } else if listed.contains(&key) || assignments.excludes(key.0) {
                &mut plan.excluded
            } else {
                plan.is_pruning_withheld = may_prune;
                &mut plan.stale
            };
            list.push(PlannedProfile::new(&*profile.name, key));
        }
        let remove =
            |profile: &PlannedProfile| Edit::remove_section(SectionKind::Profile, &profile.name);
        plan.edits = plan.removed.iter().map(remove).chain(sets).collect();
        plan
    }

    /// Returns the names that no managed profile may get.
    fn reserved_names<'b>(&'b self, existing: &'b [ExistingProfile<'_>]) -> HashSet<&'b str> {
        let unmanaged =
            existing.iter().filter(|profile| !profile.is_managed).map(|profile| &*profile.name);
        // `[default]` is the user's choice.
        self.reserved_names.iter().map(String::as_str).chain(unmanaged).chain(["default"]).collect()
    }

    /// Returns the edits that bring one profile up to date. Keys that the user added stay.
    fn edits(&self, name: &str, role: WantedRole<'_>, old: Option<Section<'_>>) -> Vec<Edit> {
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

const PROCESS: &str = "credential_process";

/// Returns whether IAM allows a character in the name of a role.
fn is_iam_character(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_+=,.@-".contains(char)
}

/// Returns the unmanaged profiles by role, without roles that have a managed profile and without
/// `[default]`, which selects a role but does not name it.
fn unmanaged_profiles<'a, 'b>(
    existing: &'b [ExistingProfile<'a>],
) -> HashMap<(&'b str, &'b str), &'b ExistingProfile<'a>> {
    let managed: HashSet<_> =
        existing.iter().filter(|profile| profile.is_managed).map(ExistingProfile::key).collect();
    let is_relevant = |profile: &&ExistingProfile<'_>| {
        profile.uses_session && profile.name != "default" && !managed.contains(&profile.key())
    };
    existing.iter().filter(is_relevant).map(|profile| (profile.key(), profile)).collect()
}
