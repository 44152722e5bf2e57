//! Replacements of parts of a text.

use std::ops::Range;

/// Ranges of a text and their replacements. Deleted ranges may overlap.
#[derive(Default)]
pub(super) struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.0.push((range, with.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn delete(&mut self, ranges: impl IntoIterator<Item = Range<usize>>) {
        self.0.extend(ranges.into_iter().map(|range| (range, String::new())));
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut edited = String::with_capacity(text.len() + 256);
        let mut done = 0;
        for (range, with) in self.0 {
            edited.push_str(&text[done..range.start.max(done)]);
            edited.push_str(&with);
            done = range.end.max(done);
        }
        edited.push_str(&text[done..]);
        edited
    }
}
