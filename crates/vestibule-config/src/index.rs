//! An index of section headers by kind and name.

use std::hash::{BuildHasher, RandomState};

use crate::SectionKind;
use crate::outline::Header;
use crate::span::offset;

/// An open-addressed hash table of first headers, and for each header the next one of the same section.
///
/// It borrows the names from the text: a `HashMap` would have to own them.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Seeded at random, so that no choice of names makes all of them collide.
    hasher: RandomState,
    first: Vec<u32>,
    next: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Index {
    /// Inserts headers from the last to the first, so that a slot ends with the first header of a section.
    pub(crate) fn new(text: &str, headers: &[Header]) -> Self {
        let mut index = Self {
            hasher: RandomState::new(),
            first: vec![NONE; (headers.len() * 2).next_power_of_two()],
            next: vec![NONE; headers.len()],
        };
        for (at, header) in headers.iter().enumerate().rev() {
            if let Some((kind, name)) = header.identity(text) {
                let slot = index.slot(text, headers, kind, &name);
                index.next[at] = index.first[slot];
                index.first[slot] = offset(at);
            }
        }
        index
    }

    /// Returns the first header of a section.
    pub(crate) fn find(
        &self,
        text: &str,
        headers: &[Header],
        kind: SectionKind,
        name: &str,
    ) -> Option<u32> {
        header_at(self.first[self.slot(text, headers, kind, name)])
    }

    /// Returns the next header of the same section.
    pub(crate) fn next(&self, header: u32) -> Option<u32> {
        header_at(self.next[header as usize])
    }

    /// Returns the slot of a section, or the empty slot in which it belongs.
    fn slot(&self, text: &str, headers: &[Header], kind: SectionKind, name: &str) -> usize {
        let target = Some((kind, name.into()));
        let holds = |at: u32| at == NONE || headers[at as usize].identity(text) == target;
        let mask = self.first.len() - 1;
        let mut slot = self.hash(kind, name) & mask;
        while !holds(self.first[slot]) {
            slot = (slot + 1) & mask;
        }
        slot
    }

    #[expect(clippy::cast_possible_truncation, reason = "the low bits are enough")]
    fn hash(&self, kind: SectionKind, name: &str) -> usize {
        self.hasher.hash_one((kind, name)) as usize
    }
}

fn header_at(slot: u32) -> Option<u32> {
    (slot != NONE).then_some(slot)
}
