//! Prepares the object file of a Windows program so that lld folds what is equal in it.
//!
//! The compiler puts each function into a section of its own, with the description of its stack frame
//! (`.xdata`) and the entry that points to it (`.pdata`). lld folds sections whose bytes and names are
//! equal, but a compiler for mingw appends the name of the function: `.text$name`. Here the names become
//! those for Microsoft's linker, and the other two sections belong to the function by its number.
//!
//! A function in Rust has no address of its own, and LLVM merges equal ones as well, unless it has
//! inferred different attributes for them. The same holds for constants without a name, such as tables
//! of methods, whose sections are `.rdata`. A `static` has an address of its own, and `.rdata$name`.
//! <https://learn.microsoft.com/en-us/windows/win32/debug/pe-format>

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context as _, Result};

/// The processor in the first bytes; a file with more sections than 65,279 has another number there.
const AMD64: usize = 0x8664;

/// The lengths of the file's header, of a section's and of a symbol.
const FILE_HEADER: usize = 20;
const HEADER: usize = 40;
const SYMBOL: usize = 18;

/// Kind of section that is kept or left out together with another one.
const ASSOCIATIVE: u8 = 5;

/// The section with the symbols whose addresses count. lld takes all as such if it is missing.
const ADDRESSES: &[u8] = b".llvm_addrsig\0";

/// Prepares an object file.
pub(super) fn prepare(path: &Path) -> Result<()> {
    let context = || path.display().to_string();
    let object = std::fs::read(path).with_context(context)?;
    let prepared =
        prepared(object).context("the compiler wrote another format").with_context(context)?;
    std::fs::write(path, prepared).with_context(context)
}

fn prepared(mut object: Vec<u8>) -> Option<Vec<u8>> {
    (half(&object, 0)? == AMD64).then_some(())?;
    let sections = half(&object, 2)?;
    let symbols = number(&object, 8)?;
    let count = number(&object, 12)?;
    let strings = symbols + SYMBOL * count;

    let mut functions = HashMap::new();
    let mut frames = HashMap::new();
    let mut statics = HashSet::new();
    for section in 1..=sections {
        let header = FILE_HEADER + HEADER * (section - 1);
        let name = section_name(&object, header, strings)?.to_owned();
        let Some((kind, name)) = name.split_once('$') else { continue };
        match kind {
            ".text" => drop(functions.insert(name.to_owned(), section)),
            ".pdata" | ".xdata" => drop(frames.insert(section, name.to_owned())),
            ".rdata" => {
                statics.insert(section);
                continue;
            }
            _ => continue,
        }
        let short = object.get_mut(header..header + 8)?;
        short.fill(0);
        short[..kind.len()].copy_from_slice(kind.as_bytes());
    }

    let mut addresses = Vec::new();
    let mut symbol = 0;
    while symbol < count {
        let start = symbols + SYMBOL * symbol;
        let section = half(&object, start + 12)?;
        let more = usize::from(*object.get(start + 17)?);
        if more == 1
            && let Some(name) = frames.get(&section)
        {
            let function = u16::try_from(*functions.get(name)?).ok()?;
            let definition = start + SYMBOL;
            object
                .get_mut(definition + 12..definition + 14)?
                .copy_from_slice(&function.to_le_bytes());
            *object.get_mut(definition + 14)? = ASSOCIATIVE;
        }
        if more == 0 && statics.contains(&section) {
            push_leb128(&mut addresses, symbol);
        }
        symbol += 1 + more;
    }
    with_addresses(object, &addresses)
}

/// Adds the section of addresses: its header after the others, its name and content at the end.
fn with_addresses(mut object: Vec<u8>, addresses: &[u8]) -> Option<Vec<u8>> {
    const REMOVED_BY_THE_LINKER: usize = 0x0010_0800;
    let sections = half(&object, 2)?;
    let symbols = number(&object, 8)?;
    let strings = symbols + SYMBOL * number(&object, 12)?;
    let name = number(&object, strings)?;
    write(&mut object, strings, name + ADDRESSES.len())?;
    object.extend_from_slice(ADDRESSES);
    let content = object.len() + HEADER;
    object.extend_from_slice(addresses);

    for section in 0..sections {
        let header = FILE_HEADER + HEADER * section;
        for place in [header + 20, header + 24] {
            match number(&object, place)? {
                0 => {}
                offset => write(&mut object, place, offset + HEADER)?,
            }
        }
    }
    write(&mut object, 8, symbols + HEADER)?;
    let more = u16::try_from(sections + 1).ok()?;
    object.get_mut(2..4)?.copy_from_slice(&more.to_le_bytes());

    let mut header = vec![0; HEADER];
    let reference = format!("/{name}");
    header.get_mut(..8)?.get_mut(..reference.len())?.copy_from_slice(reference.as_bytes());
    write(&mut header, 16, addresses.len())?;
    write(&mut header, 20, content)?;
    write(&mut header, 36, REMOVED_BY_THE_LINKER)?;
    let end = FILE_HEADER + HEADER * sections;
    object.splice(end..end, header);
    Some(object)
}

/// Returns the name of a section. One of more than eight bytes is in the table of strings.
fn section_name(object: &[u8], header: usize, strings: usize) -> Option<&str> {
    let short = text(object.get(header..header + 8)?)?;
    match short.strip_prefix('/') {
        Some(offset) => text(object.get(strings + offset.parse::<usize>().ok()?..)?),
        None => Some(short),
    }
}

/// Returns the text up to a zero or the end.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes.split(|byte| *byte == 0).next()?).ok()
}

fn half(bytes: &[u8], offset: usize) -> Option<usize> {
    bytes.get(offset..)?.first_chunk().map(|bytes| usize::from(u16::from_le_bytes(*bytes)))
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

/// Appends a number in groups of seven bits, the lowest first.
fn push_leb128(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    /// A file with a function, its frame, a `static` and a constant without a name; the symbol of the
    /// `static` is the 130th.
    fn object() -> Vec<u8> {
        const STATIC: usize = 130;
        let names = [&b".text$f"[..], b".xdata$f", b"/4", b".rdata"];
        let symbols = FILE_HEADER + HEADER * names.len() + 4;
        let mut object = vec![0; symbols + SYMBOL * (STATIC + 1)];
        object[..4].copy_from_slice(&[0x64, 0x86, 4, 0]);
        write(&mut object, 8, symbols).unwrap();
        write(&mut object, 12, STATIC + 1).unwrap();
        for (index, name) in names.iter().enumerate() {
            let header = FILE_HEADER + HEADER * index;
            object[header..][..name.len()].copy_from_slice(name);
        }
        // The content of the frame.
        write(&mut object, FILE_HEADER + HEADER + 20, symbols - 4).unwrap();
        write(&mut object, symbols - 4, 0x1234).unwrap();
        // The frame's section has a definition of one more entry.
        object[symbols + 12] = 2;
        object[symbols + 17] = 1;
        object[symbols + SYMBOL + 14] = 2;
        object[symbols + SYMBOL * STATIC + 12] = 3;
        object.extend_from_slice(b"\x11\0\0\0.rdata$table\0");
        object
    }

    #[test]
    fn frame_gets_the_common_name_and_belongs_to_its_function() {
        let object = prepared(object()).unwrap();
        let symbols = number(&object, 8).unwrap();
        let strings = symbols + SYMBOL * number(&object, 12).unwrap();
        let names: Vec<_> = (0..half(&object, 2).unwrap())
            .map(|index| section_name(&object, FILE_HEADER + HEADER * index, strings).unwrap())
            .collect();
        assert_eq!(names, [".text", ".xdata", ".rdata$table", ".rdata", ".llvm_addrsig"]);
        let definition = &object[symbols + SYMBOL..][12..15];
        assert_eq!(definition, [1, 0, ASSOCIATIVE]);
        let content = number(&object, FILE_HEADER + HEADER + 20).unwrap();
        assert_eq!(number(&object, content), Some(0x1234));
    }

    #[test]
    fn address_of_a_static_alone_counts() {
        let object = prepared(object()).unwrap();
        let header = FILE_HEADER + HEADER * 4;
        let [length, content] = [16, 20].map(|place| number(&object, header + place).unwrap());
        assert_eq!(object[content..][..length], [0x82, 0x01]);
        assert_eq!(object.len(), content + length);
    }

    #[test]
    fn another_format_is_rejected() {
        let mut object = object();
        object[0] = 0;
        assert_eq!(prepared(object), None);
    }
}
