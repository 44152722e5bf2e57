use serde_json::json;

use super::place::Place;
use crate::advice::Failure;
use crate::app::App;
use crate::args::Set;
use crate::exit::Exit;

/// Changes one value and nothing else; as quiet about it as `aws`.
pub(super) fn run(app: &App<'_>, args: &Set) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let place = Place::new(&args.key, &args.session, &configuration)?;
    let edit = place.edit(&args.value);
    let edited = super::edit(&configuration, place.file(), &[edit], args.dry_run)?;
    if args.dry_run || app.printer.json {
        super::show(app, &edited, args.dry_run, &json!({ "key": place.key }))?;
    }
    Ok(Exit::Done)
}
