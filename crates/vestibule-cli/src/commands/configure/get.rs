use std::borrow::Cow;

use serde_json::json;
use vestibule::Configuration;
use vestibule::config::SectionKind;

use super::place::Place;
use crate::advice::Failure;
use crate::app::App;
use crate::args::Get;
use crate::exit::Exit;

/// The value of a key, as the files have it; 1 if there is none, as with `aws`.
pub(super) fn run(app: &App<'_>, args: &Get) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let place = Place::new(&args.key, &args.session, &configuration)?;
    let Some((value, origin)) = find(&configuration, &place)? else {
        return Ok(Exit::Failed);
    };
    if app.printer.json {
        let value = json!({ "key": place.key, "value": value, "origin": origin });
        app.printer.result(&value.to_string())?;
    } else {
        app.printer.result(&value)?;
    }
    Ok(Exit::Done)
}

/// The value, and where it stands.
fn find(configuration: &Configuration, place: &Place) -> Result<Option<(String, String)>, Failure> {
    let files = configuration.files();
    let undefined = |what, hint| {
        let message = format!("{what} `{}` is not defined", place.section);
        Failure::new(Exit::Configuration, message).with_hint(hint)
    };
    if place.kind == SectionKind::SsoSession {
        let session = files.config().section(place.kind, &place.section);
        session.ok_or_else(|| undefined("sso-session", "vestibule list-sessions"))?;
        return Ok(written(configuration, place));
    }
    let profile = files.profile(&place.section);
    let profile = profile.ok_or_else(|| undefined("profile", "vestibule list-profiles"))?;
    if place.nested.is_some() {
        return Ok(written(configuration, place));
    }
    let setting = profile.get(&place.key);
    Ok(setting.map(|setting| (setting.text().to_owned(), setting.origin().to_string())))
}

/// A value that only the config file can have.
fn written(configuration: &Configuration, place: &Place) -> Option<(String, String)> {
    let value =
        configuration.files().config().section(place.kind, &place.section)?.get(&place.key)?;
    let (text, line) = match &place.nested {
        None => (value.text(), value.line()),
        Some(name) => {
            let entry = value.nested(name)?;
            (Cow::Borrowed(entry.text()), entry.line())
        }
    };
    let origin = format!("{}:{line}", configuration.locations().config);
    (!text.is_empty()).then(|| (text.into_owned(), origin))
}
