//! Unmodified clients of others on the same files and the same portal session as vestibule.
//!
//! `cargo xtask interop` installs them, runs this, and so writes `docs/interop.md`.
#![expect(clippy::print_stdout, reason = "shows the table while it is filled")]

mod clients;
mod keychain;
mod questions;
mod session_files;
mod sources;
mod stampede;
mod table;

use anyhow::{Result, ensure};
use clients::Clients;
use table::Table;
use vestibule_e2e::peers;

#[test]
fn clients_of_others_share_files_and_sessions_with_vestibule() -> Result<()> {
    let clients = Clients::find()?;
    let mut table = Table::new(&clients);
    for question in questions::ALL {
        question(&clients, &mut table)?;
    }
    let summary = stampede::summary(&clients)?;
    table.write(&peers::workspace("docs/interop.md"), &summary)?;
    let failures = table.failures();
    ensure!(failures.is_empty(), "{failures:#?}");
    Ok(())
}
