//! What a suite is: where its cases are, and how one is checked.

use crate::case::Case;
use crate::mismatch::Checked;
use crate::secrets_check::Visible;

/// One of the suites that this program knows.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// How the path of its file or folder ends, in whatever folder that is.
    pub(crate) place: &'static str,
    pub(crate) cases: Cases,
    pub(crate) check: Checker,
}

/// What of a place is a case.
#[derive(Debug)]
pub(crate) enum Cases {
    /// Each sub-folder, under its own name. What their runners set in code is in
    /// `case-options.json` beside them.
    Folders,
    /// Each file but `expected.json`, under its own name; that one says what is expected of it.
    Files,
    /// Each element of an array in a JSON file.
    Elements {
        /// The JSON pointer to the array.
        at: &'static str,
        /// The member of an element that names it.
        name: &'static str,
    },
}

/// Checks a case, and notes all that somebody could see on the way.
pub(crate) type Checker = fn(&Case, &mut Visible) -> Checked;
