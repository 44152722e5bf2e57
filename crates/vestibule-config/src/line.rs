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
//! Whether a line is a property, a continuation or a sub-property depends on the lines above it; that
//! is the scanner's business.

use memchr::{memchr2_iter, memrchr};
use nom::branch::alt;
use nom::bytes::complete::{is_not, take, take_till};
use nom::character::complete::{char, one_of, space0};
use nom::combinator::{eof, not, recognize, rest, value};
use nom::error::Error;
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, preceded, separated_pair, terminated};
use nom::{Finish, IResult, Parser};

use crate::ProblemKind;

/// Where a line stopped making sense, and what it lacked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable<'a> {
    pub(crate) at: &'a [u8],
    pub(crate) kind: ProblemKind,
}

/// The text between the brackets of a section line.
pub(crate) fn section(line: &[u8]) -> Result<&[u8], Unreadable<'_>> {
    let simple = terminated(is_not("]\"'"), closing);
    let careful =
        terminated(recognize(many0_count(preceded(not(closing), quoted_or_any))), closing);
    let section = preceded(char('['), alt((simple, careful)));
    read(section, line, ProblemKind::UnterminatedSection).map_err(|unreadable| {
        let after = memrchr(b']', line).map_or(line.len(), |bracket| bracket + 1);
        Unreadable { at: &line[after..], ..unreadable }
    })
}

/// The trimmed key and value of a property line.
pub(crate) fn property(line: &[u8]) -> Result<(&[u8], &[u8]), Unreadable<'_>> {
    let line = before_comment(line);
    assignment(line, ProblemKind::PropertyWithoutEquals, ProblemKind::PropertyWithoutName)
}

/// The trimmed name and value of a line in a block, where comments do not end values.
pub(crate) fn sub_property(line: &[u8]) -> Result<(&[u8], &[u8]), Unreadable<'_>> {
    assignment(line, ProblemKind::SubPropertyWithoutEquals, ProblemKind::SubPropertyWithoutName)
}

/// `name = value`, split at the first `=`.
fn assignment(
    line: &[u8],
    without_equals: ProblemKind,
    without_name: ProblemKind,
) -> Result<(&[u8], &[u8]), Unreadable<'_>> {
    let name = take_till(|byte| byte == b'=').map(trim);
    let assignment = separated_pair(name, char('='), rest.map(trim));
    match read(assignment, line, without_equals) {
        Ok((b"", _)) => Err(Unreadable { at: line, kind: without_name }),
        Ok(assignment) => Ok(assignment),
        Err(Unreadable { kind, .. }) => Err(Unreadable { at: after_word(line), kind }),
    }
}

/// Where `=` is missed: behind the first word.
fn after_word(line: &[u8]) -> &[u8] {
    let word = line.iter().position(|&byte| is_blank(byte) || byte == b':');
    &line[word.unwrap_or(line.len())..]
}

/// `]`, if nothing follows it but blanks and a comment.
fn closing(input: &[u8]) -> IResult<&[u8], ()> {
    let end = pair(space0, alt((value((), one_of("#;")), value((), eof))));
    value((), pair(char(']'), end)).parse(input)
}

/// A run between two quotes of one sort, where brackets are text; or any one character.
fn quoted_or_any(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let double = recognize(delimited(char('"'), take_till(|byte| byte == b'"'), char('"')));
    let single = recognize(delimited(char('\''), take_till(|byte| byte == b'\''), char('\'')));
    alt((double, single, take(1_usize))).parse(input)
}

fn read<'a, T>(
    mut rule: impl Parser<&'a [u8], Output = T, Error = Error<&'a [u8]>>,
    line: &'a [u8],
    kind: ProblemKind,
) -> Result<T, Unreadable<'a>> {
    let finished = rule.parse(line).finish();
    finished.map(|(_, read)| read).map_err(|stop| Unreadable { at: stop.input, kind })
}

/// The line up to the first comment sign that directly follows a blank.
pub(crate) fn before_comment(line: &[u8]) -> &[u8] {
    let glued = |&sign: &usize| sign == 0 || !is_blank(line[sign - 1]);
    let comment = memchr2_iter(b'#', b';', line).find(|sign| !glued(sign));
    &line[..comment.unwrap_or(line.len())]
}

/// Space or tab: what indents, separates words and precedes a comment.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The line without the blanks that indent it.
pub(crate) fn unindent(line: &[u8]) -> &[u8] {
    let body = line.iter().position(|&byte| !is_blank(byte));
    &line[body.unwrap_or(line.len())..]
}

/// Whether a line without its indent says nothing: it is blank or a comment.
pub(crate) fn is_silent(body: &[u8]) -> bool {
    matches!(body, [] | [b'#' | b';', ..]) || trim(body).is_empty()
}

/// Without the Unicode white space on both sides.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let trimmed = trim_with(text, |byte| matches!(byte, b' ' | b'\t'..=b'\r'));
    match (trimmed.first(), trimmed.last()) {
        (Some(0x80..), _) | (_, Some(0x80..)) => trim_unicode(trimmed),
        _ => trimmed,
    }
}

/// Without the blanks on both sides.
pub(crate) fn trim_blanks(text: &[u8]) -> &[u8] {
    trim_with(text, is_blank)
}

fn trim_with(text: &[u8], white: impl Fn(u8) -> bool) -> &[u8] {
    let start = text.iter().position(|&byte| !white(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|&byte| !white(byte)).map_or(start, |last| last + 1);
    &text[start..end]
}

#[cold]
fn trim_unicode(text: &[u8]) -> &[u8] {
    str::from_utf8(text).map_or(text, |text| text.trim().as_bytes())
}
