use std::borrow::Cow;

use serde_json::json;
use vestibule::Configuration;
use vestibule::config::SectionKind;

use super::key::KeyPath;
use crate::app::App;
use crate::args::Get;
use crate::error::Error;
use crate::exit::Exit;

/// Prints the value of a key; exits with 1 if it is not set, as `aws` does.
pub(super) fn run(app: &App<'_>, args: &Get) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let place = KeyPath::new(&args.key, &args.session, &configuration)?;
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

/// Returns the value and its origin.
fn find(configuration: &Configuration, place: &KeyPath) -> Result<Option<(String, String)>, Error> {
    let files = configuration.files();
    let undefined = |what, hint| {
        let message = format!("{what} `{}` is not defined", place.section);
        Error::new(Exit::Configuration, message).with_hint(hint)
    };
    if place.kind == SectionKind::SsoSession {
        let session = files.config().section(place.kind, &place.section);
        session.ok_or_else(|| undefined("sso-session", "vestibule list-sessions"))?;
        return Ok(find_in_config(configuration, place));
    }
    let profile = files.profile(&place.section);
    let profile = profile.ok_or_else(|| undefined("profile", "vestibule list-profiles"))?;
    if place.nested.is_some() {
        return Ok(find_in_config(configuration, place));
    }
    let setting = profile.get(&place.key);
    Ok(setting.map(|setting| (setting.text().to_owned(), setting.origin().to_string())))
}

/// Returns a value that only the config file can contain.
fn find_in_config(configuration: &Configuration, place: &KeyPath) -> Option<(String, String)> {
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
