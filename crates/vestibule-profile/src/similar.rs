//! Similar names.

use std::borrow::Cow;

/// The maximum number of names to return.
const MOST: usize = 3;

/// Returns the names that are similar to a name, the nearest first, then those that begin with it. If a
/// name differs only in case, the others are left out.
pub(crate) fn similar<'a>(
    name: &str,
    names: &mut dyn Iterator<Item = Cow<'a, str>>,
) -> Vec<String> {
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let limit = if wanted.len() < 3 { 1 } else { 2 + wanted.len() / 8 };
    // The distance orders the names; a name that begins with the wanted one is after all similar ones.
    let mut nearest: Vec<(usize, Cow<'a, str>)> = Vec::new();
    for other in names {
        let found: Vec<char> = other.to_lowercase().chars().collect();
        let least_distance = wanted.len().abs_diff(found.len());
        let distance =
            if least_distance <= limit { distance(&wanted, &found) } else { least_distance };
        let is_beginning = 3 <= wanted.len() && found.starts_with(&wanted);
        let rank = if is_beginning { distance.min(limit + 1) } else { distance };
        if rank <= limit || is_beginning {
            let ranked = (rank, other);
            nearest.insert(nearest.partition_point(|nearer| *nearer < ranked), ranked);
            nearest.truncate(MOST);
        }
    }
    if nearest.first().is_some_and(|(rank, _)| *rank == 0) {
        nearest.retain(|(rank, _)| *rank == 0);
    }
    nearest.into_iter().map(|(_, name)| name.into_owned()).collect()
}

/// Returns the Levenshtein distance: the number of insertions, deletions and replacements.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, a) in one.iter().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (left, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[left + 1];
            row[left + 1] = replaced.min(diagonal + 1).min(row[left] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        let names = ["dev", "dev-eu", "prod", "Development", "é"];
        assert_eq!(similar(name, &mut names.into_iter().map(Cow::Borrowed)), expected);
    }

    #[test]
    fn names_with_small_differences_are_similar() {
        check("dve", &["dev"]);
        check("dve-eu", &["dev-eu"]);
        check("Prod", &["prod"]);
        check("developmnt", &["Development"]);
        check("staging", &[]);
        check("", &["é"]);
        check("DEV", &["dev"]);
        check("develo", &["Development"]);
        // Three changes are too many for four letters, wherever they are.
        check("yxez", &[]);
    }
    #[test]
    fn distance_counts_insertions_deletions_and_replacements() {
        for (one, other, expected) in [
            ("dev", "dev", 0),
            ("xdev", "dev", 1),
            ("dev", "xxdev", 2),
            ("dve", "dev", 2),
            ("dev", "", 3),
            ("", "dev", 3),
        ] {
            let [one, other] = [one, other].map(|text| text.chars().collect::<Vec<_>>());
            assert_eq!(distance(&one, &other), expected, "{one:?} {other:?}");
        }
    }
}
