//! The grammar of one line, without its line end.
//!
//! ```text
//! section      = "[" text "]" blanks [comment]
//! text         = { quoted | any }          up to the first "]" that ends the section line
//! property     = key "=" value [blank comment]
//! sub-property = name "=" value
//! comment      = ("#" | ";") { any }
//! ```
//!
//! Whether a line is a property, a continuation or a sub-property depends on the lines above it, so
//! the scanner decides that.

use memchr::{memchr2_iter, memrchr};
use nom::branch::alt;
use nom::bytes::complete::{take, take_till, take_while1};
use nom::character::complete::{char, one_of, space0};
use nom::combinator::{eof, not, recognize, value};
use nom::error::Error;
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, preceded, terminated};
use nom::{Err, IResult, Parser};

use crate::ProblemKind;

/// Error returned when a line does not follow the grammar.
pub(crate) struct LineError<'a> {
    /// The rest of the line, from where something is missing.
    pub(crate) rest: &'a [u8],
    pub(crate) kind: ProblemKind,
}

/// A line `name = value`; both parts are trimmed.
pub(crate) struct Assignment<'a> {
    pub(crate) name: &'a [u8],
    /// Whether the name has only the characters that a key can have.
    pub(crate) is_plain: bool,
    pub(crate) value: &'a [u8],
}

/// Returns the text between the brackets of a section line.
pub(crate) fn section(line: &[u8]) -> Result<&[u8], LineError<'_>> {
    let plain = take_till(|byte| matches!(byte, b']' | b'"' | b'\''));
    let simple = terminated(plain, closing);
    let careful =
        terminated(recognize(many0_count(preceded(not(closing), quoted_or_any))), closing);
    let mut section = preceded(char('['), alt((simple, careful)));
    section.parse(line).map(|(_, text)| text).map_err(|_: Err<Error<_>>| {
        let after = memrchr(b']', line).map_or(line.len(), |bracket| bracket + 1);
        LineError { rest: &line[after..], kind: ProblemKind::UnterminatedSection }
    })
}

/// Parses a property line without its comment.
pub(crate) fn property(line: &[u8]) -> Result<Assignment<'_>, LineError<'_>> {
    assignment(line, ProblemKind::PropertyWithoutEquals, ProblemKind::PropertyWithoutName)
}

/// Parses a line of a block, where comments do not end values.
pub(crate) fn sub_property(line: &[u8]) -> Result<Assignment<'_>, LineError<'_>> {
    assignment(line, ProblemKind::SubPropertyWithoutEquals, ProblemKind::SubPropertyWithoutName)
}

fn assignment(
    line: &[u8],
    without_equals: ProblemKind,
    without_name: ProblemKind,
) -> Result<Assignment<'_>, LineError<'_>> {
    if let Ok((value, name)) = plain_name(line) {
        return Ok(Assignment { name, is_plain: true, value: trim(value) });
    }
    match any_name(line) {
        Ok((_, b"")) => Err(LineError { rest: line, kind: without_name }),
        Ok((value, name)) => Ok(Assignment { name, is_plain: is_plain(name), value: trim(value) }),
        Err(_) => Err(LineError { rest: after_word(line), kind: without_equals }),
    }
}

/// Parses a name of plain characters and its `=`: the common case.
fn plain_name(input: &[u8]) -> IResult<&[u8], &[u8]> {
    terminated(take_while1(is_plain_byte), pair(space0, char('='))).parse(input)
}

/// Parses any text before the first `=`.
fn any_name(input: &[u8]) -> IResult<&[u8], &[u8]> {
    terminated(take_till(|byte| byte == b'=').map(trim), char('=')).parse(input)
}

/// Returns the rest of a line after its first word, where `=` is missing.
fn after_word(line: &[u8]) -> &[u8] {
    let word = line.iter().position(|&byte| is_blank(byte) || byte == b':');
    &line[word.unwrap_or(line.len())..]
}

/// Parses `]`, if nothing follows it but blanks and a comment.
fn closing(input: &[u8]) -> IResult<&[u8], ()> {
    let end = pair(space0, alt((value((), one_of("#;")), value((), eof))));
    value((), pair(char(']'), end)).parse(input)
}

/// Parses a run between two quotes of one sort, where brackets are text; or any one character.
fn quoted_or_any(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let double = recognize(delimited(char('"'), take_till(|byte| byte == b'"'), char('"')));
    let single = recognize(delimited(char('\''), take_till(|byte| byte == b'\''), char('\'')));
    alt((double, single, take(1_usize))).parse(input)
}

/// Returns the line up to the first comment sign that directly follows a blank.
pub(crate) fn before_comment(line: &[u8]) -> &[u8] {
    let follows_blank = |&sign: &usize| 0 < sign && is_blank(line[sign - 1]);
    let comment = memchr2_iter(b'#', b';', line).find(follows_blank);
    &line[..comment.unwrap_or(line.len())]
}

/// Returns true if a text is a valid key, or a valid name without quotes.
pub(crate) fn is_plain(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().copied().all(is_plain_byte)
}

fn is_plain_byte(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

/// `[A-Za-z0-9_\-/.%@:+]`.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'/' | b'.' | b'%' | b'@' | b':' | b'+');
        byte += 1;
    }
    plain
};

/// Returns true for space and tab, which indent, separate words and precede a comment.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Returns the line without its indent.
pub(crate) fn unindent(line: &[u8]) -> &[u8] {
    let body = line.iter().position(|&byte| !is_blank(byte));
    &line[body.unwrap_or(line.len())..]
}

/// Returns true if a line without its indent is blank or a comment.
pub(crate) fn is_blank_or_comment(body: &[u8]) -> bool {
    match body {
        [] | [b'#' | b';', ..] => true,
        [b'\t'..=b'\r' | 0x80.., ..] => trim(body).is_empty(),
        _ => false,
    }
}

/// Returns the text without Unicode white space on both sides.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let trimmed = trim_with(text, |byte| matches!(byte, b' ' | b'\t'..=b'\r'));
    match (trimmed.first(), trimmed.last()) {
        (Some(0x80..), _) | (_, Some(0x80..)) => trim_unicode(trimmed),
        _ => trimmed,
    }
}

/// Returns the text without spaces and tabs on both sides.
pub(crate) fn trim_blanks(text: &[u8]) -> &[u8] {
    trim_with(text, is_blank)
}

fn trim_with(mut text: &[u8], white: impl Fn(u8) -> bool) -> &[u8] {
    while let [first, rest @ ..] = text
        && white(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && white(*last)
    {
        text = rest;
    }
    text
}

#[cold]
fn trim_unicode(text: &[u8]) -> &[u8] {
    str::from_utf8(text).map_or(text, |text| text.trim().as_bytes())
}
