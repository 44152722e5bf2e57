use serde_json::json;

use super::key::KeyPath;
use crate::app::App;
use crate::args::Set;
use crate::error::Error;
use crate::exit::Exit;

/// Changes one value and nothing else; prints nothing on success, as `aws` does.
pub(super) fn run(app: &App<'_>, args: &Set) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let place = KeyPath::new(&args.key, &args.session, &configuration)?;
    let edit = place.edit(&args.value);
    let edited = super::edit(&configuration, place.file(), &[edit], args.dry_run)?;
    if args.dry_run || app.printer.json {
        super::show(app, &edited, args.dry_run, &json!({ "key": place.key }))?;
    }
    Ok(Exit::Done)
}
