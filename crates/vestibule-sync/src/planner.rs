//! The comparison of the assignments with a config file.

use std::collections::{HashMap, HashSet};

use vestibule::config::{Document, Edit, SectionKind};
use vestibule_types::{is_iam_character, is_printable};

use crate::existing_profile::{ExistingProfile, adds_settings, existing_profiles};
use crate::names::{Candidate, NamesInUse, order_renames};
use crate::references::{fixed_references, replace_references};
use crate::template::sanitize;
use crate::wanted_role::{WantedRole, wanted_roles};
use crate::{Assignments, Plan, PlannedProfile, Rules};

/// `[default]` selects a role and does not name it.
const DEFAULT: &str = "default";

impl Rules<'_> {
    /// Returns the changes to this text of the config file.
    pub fn plan(&self, assignments: &Assignments, document: &Document) -> Plan {
        let existing = existing_profiles(document, self.session, self.start_url);
        let mut plan = Plan::default();
        let roles = self.usable_roles(assignments, &existing, &mut plan);
        let candidates = self.candidates(roles, &existing);
        self.plan_leftovers(assignments, document, &existing, &candidates, &mut plan);

        let names = self.names_in_use(assignments, document, &existing, &plan);
        let assigned = names.assign(&candidates);
        let renames = renames(&candidates, &assigned, &existing, &plan);
        let mut profiles = RoleProfiles::new(self, document, &names.session, &candidates, &renames);
        for (candidate, name) in candidates.iter().zip(assigned) {
            profiles.add(candidate, name, &mut plan);
        }
        for list in [&mut plan.removed, &mut plan.stale] {
            list.retain(|profile| !profiles.taken_over.contains(&profile.name));
        }
        plan.edits = profiles.edits(&renames, &plan.removed);
        plan
    }

    /// Returns the wanted roles that get a managed profile. Roles with an unusable name, or with an
    /// unmanaged profile of the user, are listed in the plan instead.
    fn usable_roles<'b>(
        &'b self,
        assignments: &'b Assignments,
        existing: &[ExistingProfile<'_>],
        plan: &mut Plan,
    ) -> Vec<WantedRole<'b>> {
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
        let unmanaged = unmanaged_profiles(existing);
        roles.retain(|role| match unmanaged.get(&role.key()) {
            Some(profile) => {
                plan.unmanaged.push(PlannedProfile::new(&*profile.name, profile.key()));
                false
            }
            None => true,
        });
        roles
    }

    /// Returns the roles sorted by the names that the template gives them. The current profile of a
    /// role is the managed one with that name, else its first managed one.
    fn candidates<'b>(
        &self,
        roles: Vec<WantedRole<'b>>,
        existing: &'b [ExistingProfile<'_>],
    ) -> Vec<Candidate<'b>> {
        let mut managed: HashMap<_, Vec<&str>> = HashMap::new();
        for profile in existing.iter().filter(|profile| profile.is_managed) {
            managed.entry(profile.key()).or_default().push(&profile.name);
        }
        let session = sanitize(self.session.as_str());
        let candidate = |role: WantedRole<'b>| {
            let name = self.template.profile_name(&role, self.session);
            let profiles = managed.get(&role.key()).map(Vec::as_slice).unwrap_or_default();
            let exact = profiles.iter().copied().find(|profile| *profile == name);
            let mut candidate = Candidate { name, role, current: None };
            let by_template = || {
                let with = |current: &&str| {
                    let current = Some(*current);
                    let candidate = Candidate { name: candidate.name.clone(), role, current };
                    candidate.is_current_by_template(&session)
                };
                profiles.iter().copied().find(with)
            };
            candidate.current = exact.or_else(by_template).or(profiles.first().copied());
            candidate
        };
        let mut candidates: Vec<_> = roles.into_iter().map(candidate).collect();
        candidates.sort_by(|a, b| (&a.name, a.role.key()).cmp(&(&b.name, b.role.key())));
        candidates
    }

    /// Sorts the managed profiles that are not those of wanted roles into the lists of the plan.
    fn plan_leftovers(
        &self,
        assignments: &Assignments,
        document: &Document,
        existing: &[ExistingProfile<'_>],
        candidates: &[Candidate<'_>],
        plan: &mut Plan,
    ) {
        let current: HashMap<_, _> =
            candidates.iter().map(|candidate| (candidate.role.key(), candidate.current)).collect();
        let failed: HashSet<_> =
            assignments.failed.iter().map(|failed| failed.account_id.as_str()).collect();
        let listed: HashSet<_> = assignments.roles().collect();
        let may_prune = self.is_pruning && assignments.is_complete();
        let is_withheld = assignments.is_empty() && !self.is_pruning_all;
        let section = |name| document.section(SectionKind::Profile, name);
        for profile in existing.iter().filter(|profile| profile.is_managed) {
            let key = profile.key();
            let kept = current.get(&key).copied().flatten();
            if kept == Some(&*profile.name) || failed.contains(key.0) {
                continue;
            }
            let is_duplicate = kept.is_some();
            let is_needed = is_duplicate
                && (self.is_pinned(&profile.name)
                    || section(&profile.name)
                        .zip(kept.and_then(section))
                        .is_none_or(|(duplicate, kept)| adds_settings(duplicate, kept)));
            let list = if may_prune && !is_withheld && !is_needed {
                &mut plan.removed
            } else if is_duplicate {
                &mut plan.duplicates
            } else if listed.contains(&key) || assignments.excludes(key.0) {
                &mut plan.excluded
            } else {
                plan.is_pruning_withheld = may_prune;
                &mut plan.stale
            };
            list.push(PlannedProfile::new(&*profile.name, key));
        }
    }

    fn is_pinned(&self, name: &str) -> bool {
        self.pinned_names.contains(name) || self.reserved_names.contains(name)
    }

    fn names_in_use<'b>(
        &'b self,
        assignments: &Assignments,
        document: &Document,
        existing: &'b [ExistingProfile<'_>],
        plan: &Plan,
    ) -> NamesInUse<'b> {
        let unmanaged = existing.iter().filter(|profile| !profile.is_managed);
        let failed = existing.iter().filter(|profile| {
            let is_failed = |account_id| {
                assignments.failed.iter().any(|failed| failed.account_id.as_str() == account_id)
            };
            profile.is_managed && is_failed(profile.key().0)
        });
        let kept: HashSet<&str> = plan
            .excluded
            .iter()
            .chain(&plan.duplicates)
            .map(|profile| profile.name.as_str())
            .collect();
        let kept = existing.iter().filter(|profile| kept.contains(&*profile.name));
        let reserved = unmanaged.clone().chain(failed).chain(kept).map(|profile| &*profile.name);
        let reserved = self.reserved_names.iter().map(String::as_str).chain(reserved);
        let fixed = fixed_references(document);
        let is_fixed = |profile: &&ExistingProfile<'_>| {
            self.is_pinned(&profile.name) || fixed.contains(&*profile.name)
        };
        let pinned = existing.iter().filter(is_fixed).map(|profile| &*profile.name);
        let of_other_sessions = unmanaged.filter(|profile| profile.uses_other_session);
        NamesInUse {
            session: sanitize(self.session.as_str()),
            reserved: reserved.chain([DEFAULT]).collect(),
            of_other_sessions: of_other_sessions.map(|profile| &*profile.name).collect(),
            pinned: pinned.chain([DEFAULT]).collect(),
            is_renaming: self.is_renaming,
        }
    }
}

/// The profiles of the wanted roles, as they will be.
struct RoleProfiles<'a> {
    rules: &'a Rules<'a>,
    document: &'a Document,
    /// The session name, with the characters that profile names can have.
    session: &'a str,
    /// The new names of profiles that are renamed, by their names before.
    new_names: HashMap<&'a str, &'a str>,
    /// The names of profiles that keep them.
    kept_names: HashSet<&'a str>,
    sets: Vec<Edit>,
    /// The names of profiles by role.
    names: HashMap<(&'a str, &'a str), String>,
    /// Names of profiles that are not renamed. A new profile takes over that of a role that is gone.
    taken_over: HashSet<String>,
}

impl<'a> RoleProfiles<'a> {
    fn new(
        rules: &'a Rules<'a>,
        document: &'a Document,
        session: &'a str,
        candidates: &'a [Candidate<'a>],
        renames: &'a [(&'a str, String)],
    ) -> Self {
        let new_names: HashMap<_, _> =
            renames.iter().map(|(old, new)| (*old, new.as_str())).collect();
        let current = candidates.iter().filter_map(|candidate| candidate.current);
        let kept_names = current.filter(|current| !new_names.contains_key(current)).collect();
        let (sets, names, taken_over) = Default::default();
        Self { rules, document, session, new_names, kept_names, sets, names, taken_over }
    }

    /// Adds the profile of a role to the lists of the plan; `name` is for a new or renamed one.
    fn add(&mut self, candidate: &'a Candidate<'a>, name: Option<String>, plan: &mut Plan) {
        let (role, current) = (candidate.role, candidate.current);
        let new_name = current.and_then(|current| self.new_names.get(current).copied());
        let Some(name) = new_name.or(current).map(str::to_owned).or(name) else {
            plan.name_conflicts.push(PlannedProfile::new(&*candidate.name, role.key()));
            return;
        };
        let profile = PlannedProfile::new(&*name, role.key());
        if current.is_none() && self.kept_names.contains(name.as_str()) {
            plan.name_conflicts.push(profile);
            return;
        }
        let has_new_name = new_name.is_some() || current.is_none();
        if has_new_name && self.has_session_suffix(&name, &candidate.name) {
            plan.session_suffixes.push(profile.clone());
        }
        let old_name = current.unwrap_or(&name);
        // A profile that is renamed leaves its name to a new one.
        let is_free = current.is_none() && self.new_names.contains_key(old_name);
        let section = self.document.section(SectionKind::Profile, old_name);
        let old = section.filter(|_| !is_free);
        let edits = self.rules.edits(&name, role, old);
        if new_name.is_some() {
            plan.renamed.push(profile.renamed_from(old_name));
        } else {
            self.add_name_difference(candidate, &profile, plan);
            if old.is_some() {
                let is_changed = !edits.is_empty();
                let list = if is_changed { &mut plan.changed } else { &mut plan.unchanged };
                list.push(profile);
            } else {
                plan.additions.extend(edits.iter().filter(|_| !is_free).cloned());
                plan.added.push(profile);
            }
            self.taken_over.insert(name.clone());
        }
        self.sets.extend(edits);
        self.names.insert(role.key(), name);
    }

    fn has_session_suffix(&self, name: &str, name_by_template: &str) -> bool {
        let suffix = name.strip_prefix(name_by_template);
        suffix.and_then(|suffix| suffix.strip_prefix('-')) == Some(self.session)
    }

    /// Adds a profile that keeps its name to the plan, if the template gives another one.
    fn add_name_difference(
        &self,
        candidate: &Candidate<'_>,
        profile: &PlannedProfile,
        plan: &mut Plan,
    ) {
        let is_named = candidate.current.is_some_and(|current| current != DEFAULT);
        if !is_named || candidate.is_current_by_template(self.session) {
            return;
        }
        let is_renaming = self.rules.is_renaming;
        let list = if is_renaming { &mut plan.not_renamed } else { &mut plan.kept_names };
        list.push(profile.clone());
    }

    /// Returns all edits, in the order in which names become free.
    fn edits(self, renames: &[(&str, String)], removed: &[PlannedProfile]) -> Vec<Edit> {
        let by_name = renames.iter().map(|(old, new)| ((*old).to_owned(), new.clone()));
        let replaced = removed.iter().filter_map(|profile| {
            let name = self.names.get(&(profile.account_id.as_str(), profile.role.as_str()))?;
            Some((profile.name.clone(), name.clone()))
        });
        let references: HashMap<String, String> = by_name.chain(replaced).collect();
        let remove =
            |profile: &PlannedProfile| Edit::remove_section(SectionKind::Profile, &profile.name);
        let rename =
            |(old, new): &(&str, String)| Edit::rename_section(SectionKind::Profile, *old, new);
        let edits = replace_references(self.document, &references).into_iter();
        let edits = edits.chain(removed.iter().map(remove)).chain(renames.iter().map(rename));
        edits.chain(self.sets).collect()
    }
}

/// Returns the old and new names of profiles, in the order in which they can be renamed.
fn renames<'a>(
    candidates: &[Candidate<'a>],
    assigned: &[Option<String>],
    existing: &[ExistingProfile<'_>],
    plan: &Plan,
) -> Vec<(&'a str, String)> {
    let wanted = candidates.iter().zip(assigned).filter_map(|(candidate, name)| {
        let (old, new) = (candidate.current?, name.as_ref()?);
        (old != new).then(|| (old, new.clone()))
    });
    let removed: HashSet<&str> = plan.removed.iter().map(|profile| profile.name.as_str()).collect();
    let in_use = existing.iter().map(|profile| &*profile.name);
    let in_use = in_use.filter(|name| !removed.contains(name)).map(str::to_owned);
    order_renames(wanted.collect(), in_use.collect())
}

/// Returns the unmanaged profiles by role, without roles that have a managed profile and without
/// `[default]`, which selects a role but does not name it.
fn unmanaged_profiles<'a, 'b>(
    existing: &'b [ExistingProfile<'a>],
) -> HashMap<(&'b str, &'b str), &'b ExistingProfile<'a>> {
    let managed: HashSet<_> =
        existing.iter().filter(|profile| profile.is_managed).map(ExistingProfile::key).collect();
    let is_relevant = |profile: &&ExistingProfile<'_>| {
        profile.uses_session && profile.name != DEFAULT && !managed.contains(&profile.key())
    };
    existing.iter().filter(is_relevant).map(|profile| (profile.key(), profile)).collect()
}
