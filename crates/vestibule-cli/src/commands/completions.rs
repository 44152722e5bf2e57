use serde_json::json;

use crate::advice::Failure;
use crate::app::App;
use crate::args::Completions;
use crate::exit::Exit;
use crate::{completion, switching};

/// Defines completion for a shell, which then asks `vestibule complete` while somebody types; or
/// the functions that switch its profile.
pub(crate) fn run(app: &App<'_>, args: &Completions) -> Result<Exit, Failure> {
    let script =
        if args.switch { switching::functions(args.shell) } else { completion::script(args.shell) };
    if app.printer.json {
        app.printer.result(&json!({ "script": script }).to_string())?;
    } else {
        app.printer.raw(script)?;
    }
    Ok(Exit::Done)
}
