//! The names of profiles: unique, and the same in every run.

use std::collections::{HashMap, HashSet};

use crate::wanted_role::WantedRole;

/// A wanted role with its profile, if it has one.
pub(crate) struct Candidate<'a> {
    /// The name that the template gives.
    pub(crate) name: String,
    pub(crate) role: WantedRole<'a>,
    /// The name of its managed profile.
    pub(crate) current: Option<&'a str>,
}

/// The names that are in use, and whether profiles are renamed.
pub(crate) struct NamesInUse<'a> {
    /// The text that tells the profiles of this session from those of another.
    pub(crate) session: String,
    /// Names that no other profile may get.
    pub(crate) reserved: HashSet<&'a str>,
    /// The reserved names of managed profiles of other sessions.
    pub(crate) of_other_sessions: HashSet<&'a str>,
    /// Names of profiles that cannot be renamed.
    pub(crate) pinned: HashSet<&'a str>,
    pub(crate) is_renaming: bool,
}

impl Candidate<'_> {
    fn with_account(&self) -> String {
        format!("{}-{}", self.name, self.role.account_id)
    }

    /// Returns whether the template gives the current name, with or without a suffix.
    pub(crate) fn is_current_by_template(&self, session: &str) -> bool {
        let suffix = self.current.and_then(|current| current.strip_prefix(self.name.as_str()));
        let Some(suffix) = suffix else { return false };
        suffix.is_empty()
            || suffix
                .strip_prefix('-')
                .is_some_and(|suffix| [session, self.role.account_id.as_str()].contains(&suffix))
    }
}

impl<'a> NamesInUse<'a> {
    /// Returns whether a role keeps its profile under the current name.
    pub(crate) fn keeps_name(&self, candidate: &Candidate<'_>) -> bool {
        candidate.current.is_some_and(|current| {
            !self.is_renaming
                || self.pinned.contains(current)
                || candidate.is_current_by_template(&self.session)
        })
    }

    /// Returns the profile name of each role.
    ///
    /// Where several roles have one name, those that have no profile get their account id as a
    /// suffix; so does a role whose name is reserved. If the name is that of a profile of another
    /// session, the suffix is the name of the session. `None` stands for a role whose name with the
    /// suffix is in use, too. The result does not depend on the order.
    pub(crate) fn assign(&self, candidates: &[Candidate<'a>]) -> Vec<Option<String>> {
        let (kept, assigned): (Vec<_>, Vec<_>) =
            candidates.iter().partition(|candidate| self.keeps_name(candidate));
        let mut taken: HashSet<&str> = self.reserved.clone();
        taken.extend(kept.iter().filter_map(|candidate| candidate.current));
        let short = count_names(candidates.iter().map(|candidate| candidate.name.clone()));
        let is_short = |candidate: &Candidate<'_>| {
            short[&candidate.name] == 1 && !taken.contains(candidate.name.as_str())
        };
        let with_suffix = |candidate: &Candidate<'_>| {
            let name = candidate.name.as_str();
            let is_of_other_session = short[name] == 1 && self.of_other_sessions.contains(name);
            let is_of_other_session = is_of_other_session && !self.session.is_empty();
            let with_session = is_of_other_session.then(|| format!("{name}-{}", self.session));
            let free = with_session.filter(|name| !taken.contains(name.as_str()));
            free.unwrap_or_else(|| candidate.with_account())
        };
        let long = assigned.iter().filter(|candidate| !is_short(candidate));
        let long = count_names(long.map(|candidate| with_suffix(candidate)));
        let short_names: HashSet<&str> = assigned
            .iter()
            .filter(|candidate| is_short(candidate))
            .map(|candidate| candidate.name.as_str())
            .collect();
        let assign = |candidate: &Candidate<'a>| {
            if self.keeps_name(candidate) {
                return candidate.current.map(str::to_owned);
            }
            if is_short(candidate) {
                return Some(candidate.name.clone());
            }
            let name = with_suffix(candidate);
            let is_free = long[&name] == 1 && !taken.contains(name.as_str());
            (is_free && !short_names.contains(name.as_str())).then_some(name)
        };
        candidates.iter().map(assign).collect()
    }
}

/// Returns the names that profiles get, ordered so that each is free when its turn comes. Profiles
/// that wait for each other are left out.
pub(crate) fn order_renames(
    mut pending: Vec<(&str, String)>,
    mut in_use: HashSet<String>,
) -> Vec<(&str, String)> {
    let mut ordered = Vec::new();
    loop {
        let count = pending.len();
        let mut blocked = Vec::new();
        for (old, new) in pending {
            if in_use.contains(&new) {
                blocked.push((old, new));
                continue;
            }
            in_use.remove(old);
            in_use.insert(new.clone());
            ordered.push((old, new));
        }
        if blocked.len() == count {
            return ordered;
        }
        pending = blocked;
    }
}

fn count_names(names: impl Iterator<Item = String>) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}
