//! Each change as a list of replacements.

use std::ops::Range;

use super::EditError;
use super::layout::{Layout, Line};
use super::splice::Splices;
use crate::line::is_blank;
use crate::span::Span;
use crate::{Dialect, Document, Section, SectionKind, Value, section_name};

pub(super) fn set(document: &Document, section: Section<'_>, key: &str, value: &str) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    match definitions(section, key).last() {
        Some((_, old)) if old.text() == value => {}
        Some((header, old)) => {
            let property = old.property();
            put(&mut splices, layout, property.key, property.value, value);
            if old.is_continued() {
                splices.delete(layout.below(header, property));
            }
        }
        None => {
            let look = Look::of_properties(layout, section.last_header());
            let at = layout.end_of_properties(section.last_header());
            splices.insert(at, layout.as_lines(at, &[look.line(key, value)]));
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
        let look = Look::of_properties(layout, section.last_header());
        let at = layout.end_of_properties(section.last_header());
        let lines = [look.line(key, ""), look.nested().line(name, value)];
        splices.insert(at, layout.as_lines(at, &lines));
        return Ok(splices);
    };
    if !block.is_block() {
        return Err(EditError::NotABlock { key: key.to_owned(), line: block.line() });
    }
    if let Some(old) = block.nested(name) {
        put(&mut splices, layout, layout.span(old.name()), layout.span(old.text()), value);
        return Ok(splices);
    }
    let (above, look) = if let Some(last) = block.entries().last() {
        let (name, value) = (layout.span(last.name()), layout.span(last.text()));
        (name, Look::of(layout, name, value))
    } else {
        let property = block.property();
        (property.key, Look::of(layout, property.key, property.value).nested())
    };
    let at = layout.line(above.start).end;
    splices.insert(at, layout.as_lines(at, &[look.line(name, value)]));
    Ok(splices)
}

pub(super) fn remove(document: &Document, section: Section<'_>, key: &str) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    for (header, value) in definitions(section, key) {
        splices.delete([layout.line(value.property().key.start)]);
        splices.delete(layout.below(header, value.property()));
    }
    splices
}

pub(super) fn add_section(document: &Document, kind: SectionKind, name: &str) -> Splices {
    let layout = Layout::new(document);
    let newline = layout.newline();
    let header = match (document.dialect(), kind, name) {
        (Dialect::Config, SectionKind::Profile, "default") => "[default]".to_owned(),
        (Dialect::Config, ..) => format!("[{} {}]", kind.keyword(), section_name::quote(name)),
        (Dialect::Credentials, ..) => format!("[{name}]"),
    };
    let end = layout.text.len();
    let mut added = String::new();
    if let Some(last) = layout.lines(layout.start()..end).next_back() {
        added += if last.text.ends_with('\n') { "" } else { newline };
        added += if last.is_blank() { "" } else { newline };
    }
    let mut splices = Splices::default();
    splices.insert(end, added + &header + newline);
    splices
}

pub(super) fn remove_section(document: &Document, section: Section<'_>) -> Splices {
    let layout = Layout::new(document);
    let mut splices = Splices::default();
    splices.delete(section.headers().map(|header| section_lines(layout, header)));
    splices
}

fn definitions<'a>(section: Section<'a>, key: &str) -> impl Iterator<Item = (u32, Value<'a>)> {
    section.definitions().filter(move |(_, value)| value.key().eq_ignore_ascii_case(key))
}

/// Puts a value in the place of another. Where there was none, it keeps off `=` as the key does, and
/// off a comment behind it.
fn put(splices: &mut Splices, layout: Layout<'_>, key: Span, old: Span, value: &str) {
    let (key, old) = (key.end as usize, old.start as usize..old.end as usize);
    if !old.is_empty() {
        return splices.replace(old, value);
    }
    let after_key = &layout.text.as_bytes()[key..];
    let equals = after_key.iter().position(|&byte| byte == b'=').map_or(key, |equals| key + equals);
    let byte = |at: usize| layout.text.as_bytes().get(at).copied();
    let blank = |at| byte(at).is_some_and(is_blank);
    let (at, before) = match (blank(equals + 1), blank(equals - 1)) {
        (true, _) => (equals + 2, ""),
        (false, true) => (equals + 1, " "),
        (false, false) => (equals + 1, ""),
    };
    let after = if matches!(byte(at), Some(b'#' | b';')) { " " } else { "" };
    splices.insert(at, format!("{before}{value}{after}"));
}

/// How the lines of a section look: what a new one takes from its neighbour.
struct Look {
    indent: String,
    separator: String,
}

impl Look {
    /// As the last property below a header, or plain.
    fn of_properties(layout: Layout<'_>, header: u32) -> Self {
        match layout.document.properties(header).last() {
            Some(last) => Self::of(layout, last.key, last.value),
            None => Self { indent: String::new(), separator: " = ".to_owned() },
        }
    }

    fn of(layout: Layout<'_>, name: Span, value: Span) -> Self {
        let indent = layout.indent(layout.line(name.start).start).to_owned();
        let between = &layout.text[name.end as usize..value.start as usize];
        let only_blanks = |text: &str| text.bytes().all(is_blank);
        let separator = match between.split_once('=') {
            Some((before, after)) if only_blanks(before) && only_blanks(after) => {
                let was_empty = value.start == value.end;
                let after = if was_empty && !before.is_empty() {
                    " "
                } else if was_empty {
                    ""
                } else {
                    after
                };
                format!("{before}={after}")
            }
            _ => " = ".to_owned(),
        };
        Self { indent, separator }
    }

    /// As the first line of a block below.
    fn nested(&self) -> Self {
        Self { indent: format!("{}    ", self.indent), separator: " = ".to_owned() }
    }

    fn line(&self, name: &str, value: &str) -> String {
        let line = format!("{}{name}{}{value}", self.indent, self.separator);
        line.trim_end_matches([' ', '\t']).to_owned()
    }
}

/// A header with its lines and the comments directly above it. What stands directly above the next
/// header, or apart from both, stays.
fn section_lines(layout: Layout<'_>, header: u32) -> Range<usize> {
    let own = layout.header(header);
    let until = layout.end_of_section(header);
    let indent = layout.indent(own.start).len();
    let goes = |line: &Line<'_>| line.is_comment() && !is_marker(line.text);
    let above = layout.lines(layout.start()..own.start).rev();
    let above = above.take_while(|line| goes(line) && layout.indent(line.start).len() <= indent);
    let start = above.last().map_or(own.start, |first| first.start);

    let mut lines = layout.lines(own.start..until).rev();
    let speaks = |line: &Line<'_>| !line.is_blank() && !line.is_comment();
    let end = lines.find(speaks).map_or(own.end, Line::end);
    let below = layout.lines(end..until).take_while(goes);
    let comments_end = below.last().map_or(end, Line::end);
    let of_next = comments_end == until && until < layout.text.len();
    let end = if of_next { end } else { comments_end };

    without_double_blank(layout, start..end)
}

/// Takes a blank line along where two would meet, or one would be left at an end of the text.
fn without_double_blank(layout: Layout<'_>, lines: Range<usize>) -> Range<usize> {
    let Range { start, end } = lines;
    let above = layout.lines(layout.start()..start).next_back();
    let below = layout.lines(end..layout.text.len());
    let blanks = below.take_while(Line::is_blank).last().map_or(end, Line::end);
    match above {
        Some(line) if line.is_blank() && (end < blanks || end == layout.text.len()) => {
            line.start..end
        }
        None => start..blanks,
        Some(_) => start..end,
    }
}

/// A comment that begins or ends what another tool manages, such as `# BEGIN_AWS_SSO_CLI`.
fn is_marker(comment: &str) -> bool {
    let text = comment.trim_start_matches([' ', '\t', '#', ';']);
    text.starts_with("BEGIN") || text.starts_with("END")
}
