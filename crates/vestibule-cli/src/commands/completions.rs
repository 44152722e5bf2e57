use serde_json::json;

use crate::app::App;
use crate::args::{Complete, Completions};
use crate::error::Error;
use crate::exit::Exit;
use crate::{completion, switching};

/// Prints the completion script of a shell, or the functions that switch its profile.
pub(crate) fn run(app: &App<'_>, args: &Completions) -> Result<Exit, Error> {
    let script =
        if args.switch { switching::functions(args.shell) } else { completion::script(args.shell) };
    if app.printer.json {
        app.printer.result(&json!({ "script": script }).to_string())?;
    } else {
        app.printer.raw(script)?;
    }
    Ok(Exit::Done)
}

/// Prints completion candidates from local files. A broken configuration gives none.
pub(crate) fn complete(app: &App<'_>, args: &Complete) -> Result<Exit, Error> {
    app.printer.raw(&completion::candidates(app, args))?;
    Ok(Exit::Done)
}
