//! The definition of a suite: the location of its cases and the check of a case.

use crate::case::Case;
use crate::mismatch::Checked;
use crate::secrets_check::Visible;

/// A suite that this program can run.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// The end of the path of its file or directory.
    pub(crate) path_suffix: &'static str,
    pub(crate) cases: Cases,
    pub(crate) check: Checker,
}

/// The layout of the cases of a suite.
#[derive(Debug)]
pub(crate) enum Cases {
    /// Each subdirectory is a case. `case-options.json` beside them has the options that AWS's
    /// test runners set in code.
    Folders,
    /// Each file is a case, except `expected.json`, which has the expected results by file name.
    Files,
    /// Each element of an array in a JSON file is a case.
    Elements {
        /// The JSON pointer to the array.
        pointer: &'static str,
        /// The key of the name of a case.
        name_key: &'static str,
    },
}

/// Checks a case and records its visible output.
pub(crate) type Checker = fn(&Case, &mut Visible) -> Checked;
