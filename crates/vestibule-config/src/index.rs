//! From a section's kind and name to its headers, without building the sections.

use crate::SectionKind;
use crate::outline::Header;
use crate::span::offset;

/// An open-addressed table of first headers, and for each header the next of the same section.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    first: Vec<u32>,
    next: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Index {
    /// Goes backwards, so that what is met last in a slot is the first header of a section.
    pub(crate) fn new(text: &str, headers: &[Header]) -> Self {
        let mut index = Self {
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

    /// The first header of the section.
    pub(crate) fn find(
        &self,
        text: &str,
        headers: &[Header],
        kind: SectionKind,
        name: &str,
    ) -> Option<u32> {
        header_at(self.first[self.slot(text, headers, kind, name)])
    }

    /// The next header of the same section.
    pub(crate) fn next(&self, header: u32) -> Option<u32> {
        header_at(self.next[header as usize])
    }

    /// The slot that holds the section, or the empty one that would.
    fn slot(&self, text: &str, headers: &[Header], kind: SectionKind, name: &str) -> usize {
        let target = Some((kind, name.into()));
        let holds = |at: u32| at == NONE || headers[at as usize].identity(text) == target;
        let mask = self.first.len() - 1;
        let mut slot = hash(kind, name) & mask;
        while !holds(self.first[slot]) {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

fn header_at(slot: u32) -> Option<u32> {
    (slot != NONE).then_some(slot)
}

/// FNV-1a.
#[expect(clippy::cast_possible_truncation, reason = "the low bits are enough")]
fn hash(kind: SectionKind, name: &str) -> usize {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(mix(0xcbf2_9ce4_8422_2325, kind as u8), mix) as usize
}
