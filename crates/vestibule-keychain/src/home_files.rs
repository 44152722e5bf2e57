use std::sync::Arc;

use vestibule_sso::{FileTokenStore, TokenStore};
use vestibule_types::{Platform, Vars};

/// Returns the files of all AWS tools: those of SSO sessions and of console logins, which are in two
/// folders.
pub fn home_files(vars: &Vars, platform: Platform) -> Arc<dyn TokenStore> {
    let console = vestibule_console_login::folder(vars, platform);
    Arc::new(FileTokenStore::at_home(vars, platform).with_console_folder(console))
}
