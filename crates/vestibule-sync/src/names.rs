//! One name for each role, and the same one every time.

use std::collections::{HashMap, HashSet};

use crate::present::Present;
use crate::wanted::Wanted;

/// Gives each role the name that was made up for it.
///
/// Where one name was made up for several roles, the one whose profile has it already keeps it, and all
/// others get their account's id behind it; so does a role whose name is `taken`. `None` is for those
/// that even that does not tell apart. The order of the list plays no part.
pub(crate) fn assign(
    made_up: &[(String, Wanted<'_>)],
    present: &[Present<'_>],
    taken: &HashSet<&str>,
) -> Vec<Option<String>> {
    let holders: HashMap<&str, (&str, &str)> = present
        .iter()
        .filter(|profile| profile.is_ours)
        .map(|profile| (&*profile.name, profile.key()))
        .collect();
    let short = counts(made_up.iter().map(|(name, _)| name.clone()));
    let keeps = |(name, role): &(String, Wanted<'_>)| {
        let holds = holders.get(name.as_str()) == Some(&role.key());
        !taken.contains(name.as_str()) && (short[name] == 1 || holds)
    };
    let longer = |(name, role): &(String, Wanted<'_>)| format!("{name}-{}", role.account_id);
    let long = counts(made_up.iter().filter(|one| !keeps(one)).map(longer));
    let kept: HashSet<&str> =
        made_up.iter().filter(|one| keeps(one)).map(|(name, _)| name.as_str()).collect();

    let name = |one: &(String, Wanted<'_>)| {
        if keeps(one) {
            return Some(one.0.clone());
        }
        let name = longer(one);
        let is_free = long[&name] == 1 && !taken.contains(name.as_str());
        (is_free && !kept.contains(name.as_str())).then_some(name)
    };
    made_up.iter().map(name).collect()
}

fn counts(names: impl Iterator<Item = String>) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}
