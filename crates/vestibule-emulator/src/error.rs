use std::fmt;

use vestibule_types::printable;

/// Error returned when a fault, a script, a configuration or a user code is not valid.
///
/// Its `Display` is one line: where the problem is, what it is, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
}

/// The input that was not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text does not name an [`Operation`](crate::Operation).
    UnknownOperation,
    /// The text does not name a [`Fault`](crate::Fault).
    UnknownFault,
    /// A line of a script is not a sentence that schedules faults.
    InvalidScript,
    /// The TOML file does not describe an emulator.
    InvalidConfig,
    /// No device authorization is pending under the user code.
    UnknownUserCode,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl AsRef<str>) -> Self {
        let message = printable(message.as_ref()).into_owned();
        Self { kind, line: None, column: None, message }
    }

    pub(crate) fn with_line(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }

    #[cfg(feature = "toml")]
    pub(crate) fn with_column(self, column: usize) -> Self {
        Self { column: Some(column), ..self }
    }

    /// Returns the kind of input that was not valid.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the line of a script or file, counted from one.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// Returns the column of a file in characters, counted from one.
    pub fn column(&self) -> Option<usize> {
        self.column
    }

    /// Returns the problem and its remedy, without the position.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Returns ``; did you mean `NAME`?`` with the most similar name, or `otherwise` if none is.
pub(crate) fn suggestion<'a>(
    text: &str,
    names: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    let similarity = |name: &str| strsim::jaro_winkler(&text.to_lowercase(), &name.to_lowercase());
    let names = names.into_iter().map(|name| (similarity(name), name));
    match names.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
        Some((similarity, name)) if MIN_SIMILARITY < similarity => {
            format!("; did you mean `{name}`?")
        }
        _ => otherwise.to_owned(),
    }
}

/// The least similarity (0 to 1) of a name that is suggested.
const MIN_SIMILARITY: f64 = 0.85;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "{line}:{column}: {}", self.message),
            (Some(line), None) => write!(f, "line {line}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}
