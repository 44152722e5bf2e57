//! Problems of a text: lines that could not be read, or that other programs read differently.

use std::borrow::Cow;
use std::fmt;

use crate::{Document, SectionKind, caret, section_name};

/// The kind of a [`Problem`]: first the [strict](Self::is_strict) ones, then those that are only reported.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// A line before the first section that is neither blank nor a comment.
    PropertyOutsideSection,
    /// A section header without its closing bracket, or with text after it.
    UnterminatedSection,
    /// A property line without `=`.
    PropertyWithoutEquals,
    /// A property line that begins with `=`.
    PropertyWithoutName,
    /// An indented line without a property above it to continue.
    ContinuationWithoutProperty,
    /// A line of a block without `=`.
    SubPropertyWithoutEquals,
    /// A line of a block that begins with `=`.
    SubPropertyWithoutName,
    /// The file is UTF-16, so it was not parsed.
    NotUtf8,
    /// The file is 4 GiB or larger, so it was not parsed.
    TooLarge,
    /// A section with an unknown keyword or an invalid name; its lines were skipped.
    IgnoredSection,
    /// A key with an invalid character; the property and its continuation lines were skipped.
    IgnoredKey,
    /// A section that appeared before. They were merged; botocore and the AWS CLI refuse the file.
    RepeatedSection,
    /// A key that appeared before. The later one counts; botocore and the AWS CLI refuse the file.
    RepeatedKey,
    /// `[default]` in a file that also has `[profile default]`: it is ignored.
    HiddenDefault,
    /// An indented section header that continues the value above it instead of opening a section.
    SwallowedSection,
    /// A carriage return that ends no line and is part of a value.
    StrayCarriageReturn,
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// A value with bytes that are not UTF-8; the property was skipped.
    MangledValue,
}

impl ProblemKind {
    /// Returns true if [`Document::strict`] returns it as an error.
    pub fn is_strict(self) -> bool {
        matches!(
            self,
            Self::PropertyOutsideSection
                | Self::UnterminatedSection
                | Self::PropertyWithoutEquals
                | Self::PropertyWithoutName
                | Self::ContinuationWithoutProperty
                | Self::SubPropertyWithoutEquals
                | Self::SubPropertyWithoutName
                | Self::NotUtf8
                | Self::TooLarge
        )
    }

    /// Returns a stable name for tables and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::PropertyOutsideSection => "property-outside-section",
            Self::UnterminatedSection => "unterminated-section",
            Self::PropertyWithoutEquals => "property-without-equals",
            Self::PropertyWithoutName => "property-without-name",
            Self::ContinuationWithoutProperty => "continuation-without-property",
            Self::SubPropertyWithoutEquals => "sub-property-without-equals",
            Self::SubPropertyWithoutName => "sub-property-without-name",
            Self::NotUtf8 => "not-utf8",
            Self::TooLarge => "too-large",
            Self::IgnoredSection => "ignored-section",
            Self::IgnoredKey => "ignored-key",
            Self::RepeatedSection => "repeated-section",
            Self::RepeatedKey => "repeated-key",
            Self::HiddenDefault => "hidden-default",
            Self::SwallowedSection => "swallowed-section",
            Self::StrayCarriageReturn => "stray-carriage-return",
            Self::ByteOrderMark => "byte-order-mark",
            Self::MangledValue => "mangled-value",
        }
    }

    /// Returns what was expected instead; completes the sentence "expected …".
    pub fn expected(self) -> &'static str {
        match self {
            Self::PropertyOutsideSection => "a section header before this line",
            Self::UnterminatedSection => "`]` at the end of the section header",
            Self::PropertyWithoutEquals => "`=` after the key",
            Self::PropertyWithoutName => "a key before `=`",
            Self::ContinuationWithoutProperty => "a property above this indented line",
            Self::SubPropertyWithoutEquals => "`name = value` in the block of an empty property",
            Self::SubPropertyWithoutName => "a name before `=`",
            Self::NotUtf8 => "UTF-8, not UTF-16",
            Self::TooLarge => "a file smaller than 4 GiB",
            Self::IgnoredSection => {
                "`default`, or `profile`, `sso-session` or `services` and a name (this section is ignored)"
            }
            Self::IgnoredKey => {
                "only letters, digits and `_-/.%@:+` in a key (this one is ignored)"
            }
            Self::RepeatedSection => "each section once (the repetitions are merged)",
            Self::RepeatedKey => "each key once in a section (the last one counts)",
            Self::HiddenDefault => "no `[default]` beside `[profile default]`, which hides it",
            Self::SwallowedSection => {
                "a section header at the start of the line (this one continues the value above)"
            }
            Self::StrayCarriageReturn => "a line feed after the carriage return",
            Self::ByteOrderMark => "no byte order mark (other tools refuse it)",
            Self::MangledValue => "UTF-8 in the value (the property is ignored)",
        }
    }
}

/// A problem as the scanner reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProblemRecord {
    pub(crate) at: u32,
    pub(crate) line: u32,
    pub(crate) kind: ProblemKind,
    /// The index of the header it lies below, or of itself.
    pub(crate) header: Option<u32>,
}

/// Sorts problems by their position in the file.
pub(crate) fn sort_by_position(records: &mut [ProblemRecord]) {
    records.sort_by_key(|record| record.at);
}

/// A place in a [`Document`] that could not be read, or that another program would read differently.
#[derive(Clone, Copy)]
pub struct Problem<'a> {
    document: &'a Document,
    record: ProblemRecord,
}

impl<'a> Problem<'a> {
    pub(crate) fn new(document: &'a Document, record: ProblemRecord) -> Self {
        Self { document, record }
    }

    /// Returns the kind of the problem.
    pub fn kind(&self) -> ProblemKind {
        self.record.kind
    }

    /// Returns what was expected instead; completes the sentence "expected …". For an ignored section
    /// that is the header to write, where the name tells.
    pub fn expected(&self) -> Cow<'static, str> {
        let header = match self.record.kind {
            ProblemKind::IgnoredSection => self.record.header,
            _ => None,
        };
        let hint = header.and_then(|header| {
            let text = self.document.header(header).name.text(self.document.text());
            section_name::correction(text, self.document.dialect())
        });
        hint.map_or(Cow::Borrowed(self.record.kind.expected()), Cow::Owned)
    }

    /// Returns true for an ignored section whose header is a mistake: it is not that of another program.
    pub fn is_misspelled_header(&self) -> bool {
        let header = self.record.header.map(|header| self.document.header(header));
        let text = header.map(|header| header.name.text(self.document.text()));
        self.record.kind == ProblemKind::IgnoredSection
            && text.is_some_and(|text| section_name::is_mistake(text, self.document.dialect()))
    }

    /// Returns the line, from 1.
    pub fn line(&self) -> u32 {
        self.record.line
    }

    /// Returns the column in characters, from 1.
    pub fn column(&self) -> u32 {
        self.document.column(self.record.at)
    }

    /// Returns the text of the line, which may hold a secret.
    pub fn line_text(&self) -> &'a str {
        self.document.line_at(self.record.at)
    }

    /// Returns the line with a caret under the position, and what was expected there. Values are masked.
    pub fn caret(&self) -> String {
        caret::draw(self, self.line_text())
    }

    /// Returns the section it lies in. `None` outside of sections, and in those that are ignored or could
    /// not be read.
    pub fn section(&self) -> Option<(SectionKind, Cow<'a, str>)> {
        self.document.identity(self.record.header?)
    }
}

/// `3:9: expected …`.
impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: expected {}", self.line(), self.column(), self.expected())
    }
}

impl fmt::Debug for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({}:{} {})", self.line(), self.column(), self.kind().id())
    }
}
