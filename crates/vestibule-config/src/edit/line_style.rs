//! The spacing of a line, which a new line takes over from its neighbor.

use super::layout::Layout;
use crate::line::is_blank;
use crate::span::Span;

/// An indent, and the blanks around `=`.
pub(super) struct LineStyle<'a> {
    indent: String,
    before_equals: &'a str,
    after_equals: &'a str,
}

impl<'a> LineStyle<'a> {
    const PLAIN: Self = Self { indent: String::new(), before_equals: " ", after_equals: " " };

    /// Returns the place for a new property of a section and the style of the last one.
    pub(super) fn for_new_property(layout: Layout<'a>, header: u32) -> (usize, Self) {
        let (at, indent) = layout.end_of_properties(header);
        let last = layout.document.properties(header).last();
        let style = last.map_or(Self::PLAIN, |last| Self::from_line(layout, last.key, last.value));
        (at, Self { indent: indent.to_owned(), ..style })
    }

    /// Returns the style of an existing line.
    pub(super) fn from_line(layout: Layout<'a>, name: Span, value: Span) -> Self {
        let indent = layout.line(name).indent().to_owned();
        let between = &layout.text[name.end as usize..value.start as usize];
        let (before_equals, after_equals) = match between.split_once('=') {
            Some((before, after)) if (before.bytes().chain(after.bytes())).all(is_blank) => {
                // Without a value the blanks after `=` are trailing space.
                if value.start < value.end {
                    (before, after)
                } else {
                    (before, &" "[..before.len().min(1)])
                }
            }
            _ => (" ", " "),
        };
        Self { indent, before_equals, after_equals }
    }

    /// Returns the style of the first line of a block below this line.
    pub(super) fn indented(&self) -> Self {
        Self { indent: format!("{}    ", self.indent), ..Self::PLAIN }
    }

    pub(super) fn line(&self, name: &str, value: &str) -> String {
        let Self { indent, before_equals, after_equals } = self;
        let line = format!("{indent}{name}{before_equals}={after_equals}{value}");
        line.trim_end_matches([' ', '\t']).to_owned()
    }
}
