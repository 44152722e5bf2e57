use crate::advice::Failure;
use crate::app::App;
use crate::args::Complete;
use crate::completion;
use crate::exit::Exit;

/// Answers a shell while somebody types: from files alone, and never with an error.
pub(crate) fn run(app: &App<'_>, args: &Complete) -> Result<Exit, Failure> {
    app.printer.raw(&completion::answer(app, args))?;
    Ok(Exit::Done)
}
