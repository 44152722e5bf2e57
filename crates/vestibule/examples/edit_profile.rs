//! Lists the profiles, adds one, and uses it: `cargo run -p vestibule --example edit_profile`.
//!
//! Everything else in the file stays as it is, byte for byte.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use vestibule::config::{Dialect, Edit, SectionKind};
use vestibule::{Error, Session};

const NEW: &str = "example";

fn main() -> Result<(), Error> {
    let configuration = Session::builder().configuration()?;
    for name in configuration.files().profile_names() {
        let Some(profile) = configuration.files().profile(&name) else { continue };
        for setting in profile.settings() {
            // The value may be a secret; its line is not.
            println!("[{name}] {} ({})", setting.key(), setting.origin());
        }
    }

    let center = configuration.selected_session()?.identity_center()?;
    let Some(account) = center.blocking().accounts()?.into_iter().next() else { return Ok(()) };
    let Some(role) = center.blocking().roles(&account.account_id)?.into_iter().next() else {
        return Ok(());
    };
    let session = center.session().name.as_ref().map_or("", |name| name.as_str());
    let set = |key, value: &str| Edit::set(SectionKind::Profile, NEW, key, value);
    let edits = [
        set("sso_session", session),
        set("sso_account_id", account.account_id.as_str()),
        set("sso_role_name", role.as_str()),
    ];
    configuration.edit_blocking(Dialect::Config, |file| Edit::apply_all(&edits, file))?;

    // The configuration is what it was when it was read: read it again.
    let session = Session::builder().profile(NEW).load_blocking()?;
    println!("{}", session.blocking().credentials()?.access_key_id());
    Ok(())
}
