use serde_json::json;

use super::key::KeyPath;
use crate::app::App;
use crate::args::Get;
use crate::error::Error;
use crate::exit::Exit;

/// Prints the value of a key; exits with 1 if it is not set, as `aws` does.
pub(super) fn run(app: &App<'_>, args: &Get) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let path = KeyPath::new(&args.key, &args.session, &configuration)?;
    let Some((value, origin)) = path.find(&configuration)? else { return Ok(Exit::Failed) };
    if app.printer.json {
        let value = json!({ "key": path.key, "value": value, "origin": origin.to_string() });
        app.printer.result(&value.to_string())?;
    } else {
        app.printer.result(&value)?;
    }
    Ok(Exit::Done)
}
