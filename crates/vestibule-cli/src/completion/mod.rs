//! Shell completion from the grammar of the command line and the names in the configuration.

mod cursor;
mod names;
mod shells;

use crate::app::App;
use crate::args::Complete;

pub(crate) use shells::script;

/// A word that may be inserted at the cursor, and its description.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    word: String,
    about: String,
}

impl Candidate {
    fn new(word: impl Into<String>, about: impl Into<String>) -> Self {
        Self { word: word.into(), about: about.into() }
    }
}

/// Returns one candidate per line. An empty text leaves completion of file names to the shell.
pub(crate) fn candidates(app: &App<'_>, request: &Complete) -> String {
    let names = |kind, given: &names::Given, at: &str| {
        names::find(app, kind, given, |name| shells::is_candidate(request.shell, at, name))
    };
    let candidates = cursor::candidates(&request.words, &request.at, &names);
    shells::lines(request.shell, &request.at, &candidates)
}
