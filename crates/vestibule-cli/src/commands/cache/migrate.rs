use serde_json::json;
use vestibule::world::block_on;
use vestibule::{Configuration, ConsoleLogin, IdentityCenter, Mismatch, SessionState};
use vestibule_keychain::{KeychainTokenStore, Mode};

use crate::app::App;
use crate::args::{CacheMigrate, MigrateTo};
use crate::commands::target::{identity_center, identity_centers};
use crate::error::Error;
use crate::exit::Exit;
use crate::keychain_helper::keychain_hint;
use crate::report;
use crate::token_store::ProgramStore;

/// Moves the tokens and client registrations of sessions. One that fails does not stop the others.
pub(super) fn run(
    app: &App<'_>,
    configuration: &Configuration,
    args: &CacheMigrate,
) -> Result<Exit, Error> {
    let ProgramStore::Keychain { store, .. } = app.store()? else {
        return Err(Error::new(Exit::Configuration, "tokens in memory cannot be moved")
            .with_hint("unset VESTIBULE_TOKEN_STORE"));
    };
    let mode = match args.to {
        MigrateTo::Files => Mode::Files,
        MigrateTo::Bridge => Mode::Bridge,
        MigrateTo::Sealed => Mode::Sealed,
    };
    let (centers, logins) = match &args.session.sso_session {
        Some(_) => (vec![identity_center(configuration, &args.session)], Vec::new()),
        None => (identity_centers(configuration)?, configuration.console_logins()),
    };
    let centers = centers.into_iter().map(|center| {
        let center = center?;
        let is_moved = migrate(store, &center, mode)?;
        Ok((center.session().label().to_owned(), is_moved))
    });
    let logins = logins.iter().map(|login| {
        let session = login.login_session().unwrap_or_default().to_owned();
        Ok((session, migrate_console_login(store, login, mode)?))
    });
    let (mut results, mut exit) = (Vec::new(), Exit::Done);
    for moved in centers.chain(logins) {
        match moved {
            Ok((session, is_moved)) => {
                if !app.printer.json {
                    app.printer.note(&note(&session, mode, is_moved));
                }
                let store = mode.as_str();
                results.push(json!({ "session": session, "store": store, "moved": is_moved }));
            }
            Err(error) => exit = exit.max(report::one_of_many(app, &error, &mut results)),
        }
    }
    if app.printer.json {
        app.printer.result(&json!(results).to_string())?;
    }
    Ok(exit)
}

fn note(session: &str, mode: Mode, is_moved: bool) -> String {
    match (is_moved, mode) {
        (false, _) => format!("{session}: no tokens to move."),
        (true, Mode::Files) => {
            format!("{session}: the tokens are in files that all AWS tools share.")
        }
        (true, Mode::Bridge) => format!(
            "{session}: the refresh token is in the keychain, and the access token in the file that \
             all AWS tools read."
        ),
        (true, Mode::Sealed) => {
            format!("{session}: the tokens are in the keychain, where only vestibule finds them.")
        }
    }
}

/// Moves the token and the client registration of one session. Returns whether one was moved.
fn migrate(store: &KeychainTokenStore, center: &IdentityCenter, mode: Mode) -> Result<bool, Error> {
    let state = center.blocking().status().state;
    // The other tool looks for its token in the file.
    if let Ok(SessionState::NotOurs(Mismatch::Scopes { .. })) = state {
        return Ok(false);
    }
    let mut is_moved = false;
    for entry in center.token_store_entries() {
        is_moved |= migrate_entry(store, center.configuration(), &entry, mode)?;
    }
    if is_moved && mode == Mode::Sealed {
        // Cached role credentials are secrets in files, too.
        center.forget_assignments();
    }
    Ok(is_moved)
}

/// Moves the credentials of a console login. Returns whether there were any.
fn migrate_console_login(
    store: &KeychainTokenStore,
    login: &ConsoleLogin,
    mode: Mode,
) -> Result<bool, Error> {
    let Some(entry) = login.token_store_entry() else { return Ok(false) };
    migrate_entry(store, login.configuration(), &entry, mode)
}

fn migrate_entry(
    store: &KeychainTokenStore,
    configuration: &Configuration,
    entry: &str,
    mode: Mode,
) -> Result<bool, Error> {
    let moved = block_on(store.migrate(configuration.blocking_world(), entry, mode));
    moved.map_err(|error| {
        let hint = keychain_hint(&error)
            .unwrap_or_else(|| "unlock the keychain, then try again".to_owned());
        Error::from_source(Exit::Failed, &error).with_hint(hint)
    })
}
