//! Profiles with temporary keys in the credentials file, for tools that read nothing else.

use serde_json::json;
use vestibule::config::{Dialect, Document, Edit, SectionKind};
use vestibule::{Configuration, Credentials, SessionToken};

use crate::app::App;
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::shell_word;

/// The key that marks a profile as written here, with the expiration of its keys.
const MARK: &str = "vestibule_expiration";
/// The value for keys that do not expire.
const NEVER: &str = "never";

/// Writes credentials to a profile. A profile that another program wrote is not changed.
pub(super) fn write(
    app: &App<'_>,
    configuration: &Configuration,
    name: &str,
    credentials: &Credentials,
) -> Result<Exit, Error> {
    check(configuration, name)?;
    let set = |key: &str, value: &str| Edit::set(SectionKind::Profile, name, key, value);
    let expiration = credentials.expires_at().map_or(NEVER.to_owned(), |end| end.to_string());
    let token = credentials.session_token().map(SessionToken::expose);
    let edits = [
        set(MARK, &expiration),
        set("aws_access_key_id", credentials.access_key_id()),
        set("aws_secret_access_key", credentials.secret_access_key().expose()),
        match token {
            Some(token) => set("aws_session_token", token),
            None => Edit::remove(SectionKind::Profile, name, "aws_session_token"),
        },
    ];
    let edited = configuration
        .edit_blocking(Dialect::Credentials, |document| Edit::apply_all(&edits, document))?;
    if app.printer.json {
        app.printer.result(&json!({ "profile": name, "expiration": expiration }).to_string())?;
    } else {
        app.printer.note(&format!(
            "Profile `{name}` of {} has the credentials, which expire at {expiration}. Remove it with: \
             vestibule export-credentials --remove-profile {}",
            edited.location,
            shell_word(name),
        ));
    }
    Ok(Exit::Done)
}

/// Removes a profile that [`write`] wrote. A profile that does not exist is not an error.
pub(crate) fn remove(app: &App<'_>, name: &str) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    check(&configuration, name)?;
    let edit = Edit::remove_section(SectionKind::Profile, name);
    let edited =
        configuration.edit_blocking(Dialect::Credentials, |document| edit.apply(document))?;
    let is_removed = !edited.diff.is_empty();
    if app.printer.json {
        app.printer.result(&json!({ "profile": name, "removed": is_removed }).to_string())?;
    } else if is_removed {
        app.printer.note(&format!("Removed profile `{name}` from {}.", edited.location));
    } else {
        app.printer.note(&format!("{} has no profile `{name}`.", edited.location));
    }
    Ok(Exit::Done)
}

/// Checks that a profile of the credentials file is one of ours, or does not exist.
fn check(configuration: &Configuration, name: &str) -> Result<(), Error> {
    let is_foreign = |document: &Document| {
        let section = document.section(SectionKind::Profile, name);
        section.is_some_and(|section| section.get(MARK).is_none())
    };
    let files = configuration.files();
    let message = if is_foreign(files.credentials()) {
        format!("profile `{name}` of the credentials file was not written by vestibule")
    } else if files.config().section(SectionKind::Profile, name).is_some() {
        // Tools would disagree about which of the two they use.
        format!("profile `{name}` has settings in {}", files.config_location())
    } else {
        return Ok(());
    };
    Err(Error::new(Exit::Configuration, message).with_hint("choose another name"))
}
