//! The names of profiles: unique, and the same in every run.

use std::collections::{HashMap, HashSet};

use crate::existing_profile::ExistingProfile;
use crate::wanted_role::WantedRole;

/// Returns the profile name of each role, given the names that the template produced.
///
/// Where several roles have one name, the role that has a profile of that name keeps it and the
/// others get their account id as a suffix; so does a role whose name is `reserved`. `None` stands for
/// a role whose name with the suffix is in use, too. The result does not depend on the order.
pub(crate) fn assign_names(
    candidates: &[(String, WantedRole<'_>)],
    existing: &[ExistingProfile<'_>],
    reserved: &HashSet<&str>,
) -> Vec<Option<String>> {
    let holders: HashMap<&str, (&str, &str)> = existing
        .iter()
        .filter(|profile| profile.is_managed)
        .map(|profile| (&*profile.name, profile.key()))
        .collect();
    let short = count_names(candidates.iter().map(|(name, _)| name.clone()));
    let is_kept = |(name, role): &(String, WantedRole<'_>)| {
        let is_holder = holders.get(name.as_str()) == Some(&role.key());
        !reserved.contains(name.as_str()) && (short[name] == 1 || is_holder)
    };
    let with_suffix =
        |(name, role): &(String, WantedRole<'_>)| format!("{name}-{}", role.account_id);
    let long =
        count_names(candidates.iter().filter(|candidate| !is_kept(candidate)).map(with_suffix));
    let kept: HashSet<&str> = candidates
        .iter()
        .filter(|candidate| is_kept(candidate))
        .map(|(name, _)| name.as_str())
        .collect();

    let assign = |candidate: &(String, WantedRole<'_>)| {
        if is_kept(candidate) {
            return Some(candidate.0.clone());
        }
        let name = with_suffix(candidate);
        let is_free = long[&name] == 1 && !reserved.contains(name.as_str());
        (is_free && !kept.contains(name.as_str())).then_some(name)
    };
    candidates.iter().map(assign).collect()
}

fn count_names(names: impl Iterator<Item = String>) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}
