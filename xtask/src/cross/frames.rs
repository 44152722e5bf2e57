//! Merges equal descriptions of stack frames in a Windows program.
//!
//! Each function has an entry in `.pdata`, which points to the description of its frame in `.xdata`.
//! Of some nine thousand descriptions in a program, all but eight hundred are copies of others.
//! Microsoft's linker merges them, GNU's does not, and lld only those in sections of one name, which
//! compilers for mingw do not create.
//! <https://learn.microsoft.com/en-us/cpp/build/exception-handling-x64>

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context as _, Result};

/// Merges them in a stripped program. Addresses in memory stay the same: the file has fewer bytes of
/// `.xdata`, and the system fills up the section with zeros.
pub(super) fn merge(path: &Path) -> Result<()> {
    let context = || path.display().to_string();
    let program = std::fs::read(path).with_context(context)?;
    let merged =
        merged(&program).context("the linker wrote another format").with_context(context)?;
    std::fs::write(path, merged).with_context(context)
}

/// A section of a program, with the place of its header.
#[derive(Clone, Copy)]
struct Section {
    header: usize,
    size: usize,
    address: usize,
    file_size: usize,
    offset: usize,
}

fn merged(program: &[u8]) -> Option<Vec<u8>> {
    let headers = number(program, 0x3c)?;
    let optional = headers + 24;
    let sections = sections(program, headers)?;
    let find = |name: &[u8]| {
        sections.iter().copied().find(|section| program[section.header..].starts_with(name))
    };
    let (functions, frames) = (find(b".pdata\0")?, find(b".xdata\0")?);
    if frames.file_size < frames.size {
        // They are merged already.
        return Some(program.to_vec());
    }
    // The table of symbols has a place in the file, too.
    let is_stripped = number(program, headers + 12)? == 0;
    let mut entries = Vec::new();
    for offset in (functions.offset..functions.offset + functions.size).step_by(12) {
        entries.push((offset + 8, number(program, offset + 8)?));
    }
    let starts: BTreeSet<usize> = entries.iter().map(|(_, frame)| *frame).collect();

    let mut kept = Vec::new();
    let mut addresses: HashMap<&[u8], usize> = HashMap::new();
    let mut merged = program.to_vec();
    for (place, frame) in entries {
        let next = starts.range(frame + 1..).next().copied();
        let end = next.unwrap_or(frames.address + frames.size);
        let offset = |address: usize| Some(frames.offset + address.checked_sub(frames.address)?);
        let description = program.get(offset(frame)?..offset(end)?)?;
        let description = &description[..length(description)?];
        let address = *addresses.entry(description).or_insert_with(|| {
            let address = frames.address + kept.len();
            kept.extend_from_slice(description);
            kept.resize(kept.len().next_multiple_of(4), 0);
            address
        });
        write(&mut merged, place, address)?;
    }

    let file_size = kept.len().next_multiple_of(number(program, optional + 36)?);
    kept.resize(file_size, 0);
    let removed = frames.file_size.checked_sub(file_size).filter(|_| is_stripped)?;
    merged.splice(frames.offset..frames.offset + frames.file_size, kept);
    write(&mut merged, frames.header + 16, file_size)?;
    for section in sections.iter().filter(|section| frames.offset < section.offset) {
        write(&mut merged, section.header + 20, section.offset - removed)?;
    }
    write(&mut merged, optional + 64, 0)?;
    let sum = check_sum(&merged);
    write(&mut merged, optional + 64, sum)?;
    Some(merged)
}

fn sections(program: &[u8], headers: usize) -> Option<Vec<Section>> {
    let half = |offset| number(program, offset).map(|number| number & 0xffff);
    let first = headers + 24 + half(headers + 20)?;
    (0..half(headers + 6)?)
        .map(|index| {
            let header = first + 40 * index;
            Some(Section {
                header,
                size: number(program, header + 8)?,
                address: number(program, header + 12)?,
                file_size: number(program, header + 16)?,
                offset: number(program, header + 20)?,
            })
        })
        .collect()
}

/// Returns the length of a description. One with a handler has data of an unknown length after it, and
/// keeps all bytes up to the next one.
fn length(description: &[u8]) -> Option<usize> {
    let [version_and_flags, _, codes, ..] = *description else { return None };
    if version_and_flags >> 3 != 0 {
        return Some(description.len());
    }
    Some(4 + 2 * usize::from(codes).next_multiple_of(2))
        .filter(|length| *length <= description.len())
}

/// Reads a number of four bytes.
fn number(bytes: &[u8], offset: usize) -> Option<usize> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

fn write(bytes: &mut [u8], offset: usize, number: usize) -> Option<()> {
    let number = u32::try_from(number).ok()?;
    *bytes.get_mut(offset..)?.first_chunk_mut()? = number.to_le_bytes();
    Some(())
}

/// Returns the sum that is in the header of a program, which has zero there now.
fn check_sum(program: &[u8]) -> usize {
    let add = |sum: usize, pair: &[u8]| {
        let sum = sum + usize::from(pair[0]) + (usize::from(*pair.get(1).unwrap_or(&0)) << 8);
        (sum & 0xffff) + (sum >> 16)
    };
    program.chunks(2).fold(0, add) + program.len()
}

#[cfg(test)]
mod unit {
    use super::*;

    const HEADERS: usize = 0x40;
    const FIRST_SECTION: usize = HEADERS + 24 + 240;

    fn put(program: &mut [u8], offset: usize, numbers: &[usize]) {
        for (index, number) in numbers.iter().enumerate() {
            write(program, offset + 4 * index, *number).unwrap();
        }
    }

    #[test]
    fn equal_descriptions_are_merged_and_later_sections_move() {
        let mut program = vec![0; 0xe00];
        put(&mut program, 0x3c, &[HEADERS]);
        put(&mut program, HEADERS + 4, &[3 << 16]);
        put(&mut program, HEADERS + 20, &[240]);
        put(&mut program, HEADERS + 24 + 36, &[0x200]);
        let sections = [
            (b".pdata", [36, 0x1000, 0x200, 0x400]),
            (b".xdata", [0x600, 0x2000, 0x600, 0x600]),
            (b".idata", [4, 0x3000, 0x200, 0xc00]),
        ];
        for (index, (name, numbers)) in sections.into_iter().enumerate() {
            let header = FIRST_SECTION + 40 * index;
            program[header..header + 6].copy_from_slice(name);
            put(&mut program, header + 8, &numbers);
        }
        // The second has a handler, and its data.
        put(&mut program, 0x400, &[1, 2, 0x2000, 3, 4, 0x2008, 5, 6, 0x2500]);
        put(&mut program, 0x600, &[0x0001_0401, 0x4204, 0x0001_0409, 0x4204, 0x77]);
        put(&mut program, 0xb00, &[0x0001_0401, 0x4204]);
        put(&mut program, 0xc00, &[0x1234]);

        let merged = merged(&program).unwrap();
        let frames: Vec<_> = [0x408, 0x414, 0x420].map(|at| number(&merged, at).unwrap()).into();
        assert_eq!(frames, [0x2000, 0x2008, 0x2000]);
        assert_eq!(merged[0x600..0x614], program[0x600..0x614]);
        let xdata = FIRST_SECTION + 40;
        assert_eq!(merged.len(), 0xe00 + number(&merged, xdata + 16).unwrap() - 0x600);
        let moved = number(&merged, FIRST_SECTION + 80 + 20).unwrap();
        assert_eq!(number(&merged, moved), Some(0x1234));
        assert_eq!(number(&merged, xdata + 8), Some(0x600));
        assert_eq!(super::merged(&merged).unwrap(), merged);
    }
}
