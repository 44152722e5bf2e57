//! What may come next on a command line: read off the grammar, with the names of the person's own
//! things.

mod cursor;
mod names;
mod shells;

use crate::app::App;
use crate::args::Complete;

pub(crate) use shells::script;

/// A word that may stand at the cursor, and what it is.
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

/// The answer to a shell: a candidate a line. None where the shell knows better: files.
pub(crate) fn answer(app: &App<'_>, asked: &Complete) -> String {
    let names = |kind, given: &cursor::Given| names::find(app, kind, given);
    let candidates = cursor::candidates(&asked.words, &asked.at, &names);
    shells::lines(asked.shell, &asked.at, &candidates)
}
