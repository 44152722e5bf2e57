//! The replacements that make up each kind of change.

use std::borrow::Cow;
use std::ops::Range;

use super::EditError;
use super::layout::{Layout, Line};
use super::line_style::LineStyle;
use super::splice::Splices;
use crate::line::{is_blank, is_plain};
use crate::span::Span;
use crate::{Dialect, Document, Section, SectionKind, Value};

pub(super) fn set(document: &Document, section: Section<'_>, key: &str, value: &str) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    match definitions(section, key).last() {
        Some((_, old)) if old.text() == value => {}
        Some((header, old)) => {
            let property = old.property();
            replace_value(&mut splices, layout, property.key, property.value, value);
            if old.lines_below().next().is_some() {
                splices.delete(layout.below_property(header, property));
            }
        }
        None => {
            let (at, style) = LineStyle::for_new_property(layout, last_header(section));
            splices.insert(at, layout.with_line_ends(at, &[style.line(key, value)]));
        }
    }
    splices
}

pub(super) fn set_nested(
    document: &Document,
    section: Section<'_>,
    key: &str,
    name: &str,
    value: &str,
) -> Result<Splices, EditError> {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    let Some((_, block)) = definitions(section, key).last() else {
        let (at, style) = LineStyle::for_new_property(layout, last_header(section));
        let lines = [style.line(key, ""), style.indented().line(name, value)];
        splices.insert(at, layout.with_line_ends(at, &lines));
        return Ok(splices);
    };
    if !block.is_block() {
        return Err(EditError::NotABlock { key: key.to_owned(), line: block.line() });
    }
    if let Some(old) = block.nested(name) {
        replace_value(
            &mut splices,
            layout,
            layout.span(old.name()),
            layout.span(old.text()),
            value,
        );
        return Ok(splices);
    }
    let (above, style) = if let Some(last) = block.entries().last() {
        let (name, value) = (layout.span(last.name()), layout.span(last.text()));
        (layout.line(name), LineStyle::from_line(layout, name, value))
    } else {
        let property = block.property();
        (
            layout.line(property.key),
            LineStyle::from_line(layout, property.key, property.value).indented(),
        )
    };
    let at = above.end();
    splices.insert(at, layout.with_line_ends(at, &[style.line(name, value)]));
    Ok(splices)
}

pub(super) fn remove(document: &Document, section: Section<'_>, key: &str) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    for (header, value) in definitions(section, key) {
        delete_property(&mut splices, layout, header, value);
    }
    splices
}

pub(super) fn remove_nested(
    document: &Document,
    section: Section<'_>,
    key: &str,
    name: &str,
) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    for (header, block) in definitions(section, key) {
        let (named, others): (Vec<_>, Vec<_>) =
            block.entries().partition(|entry| entry.name().eq_ignore_ascii_case(name));
        if others.is_empty() && !named.is_empty() {
            delete_property(&mut splices, layout, header, block);
        } else {
            splices
                .delete(named.iter().map(|entry| layout.line(layout.span(entry.name())).range()));
        }
    }
    splices
}

fn delete_property(splices: &mut Splices, layout: Layout<'_>, header: u32, value: Value<'_>) {
    splices.delete([layout.line(value.property().key).range()]);
    splices.delete(layout.below_property(header, value.property()));
}

/// Adds sections at the end, each after a blank line.
pub(super) fn add_sections(document: &Document, sections: &[(SectionKind, &str)]) -> Splices {
    let layout = Layout::new(document);
    let newline = layout.newline();
    let end = layout.text.len();
    let mut added = String::new();
    if let Some(last) = layout.lines(layout.start()..end).next_back() {
        added += if last.text.ends_with('\n') { "" } else { newline };
        added += if last.is_blank() { "" } else { newline };
    }
    for (at, (kind, name)) in sections.iter().enumerate() {
        added += if at == 0 { "" } else { newline };
        added += &header(document.dialect(), *kind, name);
        added += newline;
    }
    let mut splices = Splices::default();
    splices.insert(end, added);
    splices
}

fn header(dialect: Dialect, kind: SectionKind, name: &str) -> String {
    match (dialect, kind, name) {
        (Dialect::Config, SectionKind::Profile, "default") => "[default]".to_owned(),
        (Dialect::Config, ..) => format!("[{} {}]", kind.keyword(), quote(name)),
        (Dialect::Credentials, ..) => format!("[{name}]"),
    }
}

/// Returns a name as it is written in a config file.
fn quote(name: &str) -> Cow<'_, str> {
    if is_plain(name.as_bytes()) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("'{}'", name.replace('\'', r#"'"'"'"#)))
    }
}

/// Replaces the text between the brackets of each header.
pub(super) fn rename_section(document: &Document, section: Section<'_>, name: &str) -> Splices {
    let layout = Layout::new(document);
    let renamed = header(document.dialect(), section.kind(), name);
    let mut splices = Splices::default();
    for at in section.headers() {
        let own = layout.header(at);
        let end = document.header(at).name.end as usize;
        splices.replace(own.start + own.depth()..end, renamed.trim_end_matches(']'));
    }
    splices
}

pub(super) fn remove_section(document: &Document, section: Section<'_>) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    splices.delete(section.headers().map(|header| section_lines(layout, header)));
    splices
}

fn last_header(section: Section<'_>) -> u32 {
    section.headers().last().unwrap_or(section.first)
}

fn definitions<'a>(section: Section<'a>, key: &str) -> impl Iterator<Item = (u32, Value<'a>)> {
    section
        .definitions()
        .into_iter()
        .filter(move |(_, value)| value.key().eq_ignore_ascii_case(key))
}

/// Replaces a value. If the old one is empty, the new one gets a space after `=` if there is one before it,
/// and a space before the comment that follows.
fn replace_value(splices: &mut Splices, layout: Layout<'_>, key: Span, old: Span, value: &str) {
    let old = old.start as usize..old.end as usize;
    if !old.is_empty() {
        return splices.replace(old, value);
    }
    let bytes = layout.text.as_bytes();
    let is_blank_at = |at: usize| bytes.get(at).copied().is_some_and(is_blank);
    let after_key = &bytes[key.end as usize..old.end];
    let equals = after_key.iter().position(|&byte| byte == b'=');
    let after_equals = equals.map_or(old.end, |equals| key.end as usize + equals + 1);
    let before_equals = after_equals - 2;
    let (at, before) = match (is_blank_at(after_equals), is_blank_at(before_equals)) {
        (true, _) => (after_equals + 1, ""),
        (false, true) => (after_equals, " "),
        (false, false) => (after_equals, ""),
    };
    let after = if matches!(bytes.get(at), Some(b'#' | b';')) { " " } else { "" };
    splices.insert(at, format!("{before}{value}{after}"));
}

/// Returns the lines of a header and its properties, with the comments directly above the header and directly
/// below the last property. A comment directly above the next header, or after a blank line, is not included.
fn section_lines(layout: Layout<'_>, header: u32) -> Range<usize> {
    let own = layout.header(header);
    let below = layout.below_header(header);
    let is_removable = |line: &Line<'_>| line.is_comment() && !is_marker(line.text);

    let above = layout.lines(layout.start()..own.start).rev();
    let above = above.take_while(|line| is_removable(line) && line.depth() <= own.depth());
    let start = above.last().map_or(own.start, |first| first.start);

    let mut lines = layout.lines(below.clone()).rev();
    let last = lines.find(|line| !line.is_blank() && !line.is_comment()).unwrap_or(own);
    let comments = layout.lines(last.end()..below.end).take_while(is_removable).last();
    let belongs_to_next =
        |comment: &Line<'_>| comment.end() == below.end && below.end < layout.text.len();
    let last = comments.filter(|comment| !belongs_to_next(comment)).unwrap_or(last);

    without_double_blank(layout, start..last.end())
}

/// Extends the lines to delete by blank lines beside them, so that afterwards no two blank lines meet and none
/// is at the start or the end of the text.
fn without_double_blank(layout: Layout<'_>, lines: Range<usize>) -> Range<usize> {
    let Range { start, end } = lines;
    let above = layout.lines(layout.start()..start).next_back();
    let below = layout.lines(end..layout.text.len());
    let blanks = below.take_while(|line| line.is_blank()).last().map_or(end, Line::end);
    match above {
        Some(line) if line.is_blank() && (end < blanks || end == layout.text.len()) => {
            line.start..end
        }
        None => start..blanks,
        Some(_) => start..end,
    }
}

/// Returns true for a comment that begins or ends the part of another tool: `# BEGIN_AWS_SSO_CLI`.
fn is_marker(comment: &str) -> bool {
    let text = comment.trim_start_matches([' ', '\t', '#', ';']);
    text.starts_with("BEGIN") || text.starts_with("END")
}
