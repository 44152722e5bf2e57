use crate::app::App;
use crate::args::Complete;
use crate::completion;
use crate::error::Error;
use crate::exit::Exit;

/// Prints completion candidates from local files. A broken configuration gives none.
pub(crate) fn run(app: &App<'_>, args: &Complete) -> Result<Exit, Error> {
    app.printer.raw(&completion::candidates(app, args))?;
    Ok(Exit::Done)
}
