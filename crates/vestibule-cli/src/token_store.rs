//! Where the program stores tokens: in files, in a keychain, or in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vestibule::world::World;
use vestibule::{
    Configuration, FileTokenStore, IdentityCenter, MemoryTokenStore, Platform, Status, TokenStore,
    Vars,
};
use vestibule_keychain::{
    Configured, HelperKeychain, KeychainError, KeychainTokenStore, Mode, Policy, home_files,
};
use vestibule_types::with_causes;

use crate::args::TokenStoreKind;
use crate::error::Error;
use crate::exit::Exit;
use crate::keychain_helper;
use crate::printer::Printer;

/// Variable that names the kind of store.
const VARIABLE: &str = "VESTIBULE_TOKEN_STORE";
/// Variable that names a folder in place of `~/.aws/sso/cache`.
const FOLDER: &str = "VESTIBULE_TOKEN_FOLDER";

/// The store of all tokens of this process. Clones share it.
#[derive(Clone, Debug)]
pub(crate) enum ProgramStore {
    /// Files, and a keychain where the configuration or the token says so.
    Keychain {
        store: KeychainTokenStore,
        files: Arc<dyn TokenStore>,
        helper: HelperKeychain,
    },
    Memory(Arc<MemoryTokenStore>),
}

impl ProgramStore {
    /// Opens the store that the options, the environment or the configuration select. No file is read.
    /// `warnings` prints a warning if the keychain is not available.
    pub(crate) fn open(
        vars: &Vars,
        kind: Option<TokenStoreKind>,
        warnings: Option<Printer>,
    ) -> Result<Self, Error> {
        let kind = match kind {
            Some(kind) => Some(kind),
            None => kind_of_environment(vars)?,
        };
        let mode = match kind {
            Some(TokenStoreKind::Memory) => return Ok(Self::Memory(Arc::default())),
            Some(TokenStoreKind::Files) => Some(Mode::Files),
            Some(TokenStoreKind::Bridge) => Some(Mode::Bridge),
            Some(TokenStoreKind::Sealed) => Some(Mode::Sealed),
            None => None,
        };
        let files: Arc<dyn TokenStore> = match folder(vars)? {
            Some(folder) => {
                let folder =
                    vestibule::providers::Folder::new(folder.to_string_lossy(), Platform::HERE);
                Arc::new(FileTokenStore::new(folder))
            }
            None => home_files(vars, Platform::HERE),
        };
        let helper = match vars.get(keychain_helper::VARIABLE) {
            Some(program) => HelperKeychain::with_program(program),
            None => HelperKeychain::new(),
        };
        let policy = ProgramPolicy { mode, warnings, was_reported: AtomicBool::default() };
        let store = KeychainTokenStore::new(files.clone(), Arc::new(helper.clone()), policy);
        Ok(Self::Keychain { store, files, helper })
    }

    /// Returns the store as the library takes it.
    pub(crate) fn token_store(&self) -> Arc<dyn TokenStore> {
        match self {
            Self::Keychain { store, .. } => Arc::new(store.clone()),
            Self::Memory(store) => store.clone(),
        }
    }

    /// Returns the location of a session's token; `None` if all of it is in the token file.
    pub(crate) fn location(&self, center: &IdentityCenter, status: &Status) -> Option<String> {
        let Self::Keychain { files, .. } = self else { return Some("memory".to_owned()) };
        let [token, _] = center.token_store_entries();
        (status.location != files.location(&token)).then(|| status.location.clone())
    }
}

/// Returns whether the configuration stores tokens in the keychain.
pub(crate) fn is_keychain_configured(configuration: &Configuration) -> bool {
    let is_keychain = |session: Option<&str>| {
        let names = (VARIABLE, "vestibule_token_store");
        let what = ("a token store", "`files`, `bridge` or `sealed`");
        let found = configuration
            .sign_in_setting_as(None, session, names, what, |text| text.parse::<Mode>().ok());
        matches!(found, Ok(Some(Mode::Bridge | Mode::Sealed)))
    };
    is_keychain(None) || configuration.session_names().any(|name| is_keychain(Some(&name)))
}

fn kind_of_environment(vars: &Vars) -> Result<Option<TokenStoreKind>, Error> {
    let Some(name) = vars.get(VARIABLE) else { return Ok(None) };
    let kind = <TokenStoreKind as clap::ValueEnum>::from_str(name, false);
    kind.map(Some).map_err(|_| {
        let message = format!(
            "{VARIABLE} is `{}`, which is not a token store: expected `files`, `bridge`, `sealed` or `memory`",
            vestibule_types::printable_short(name, 40)
        );
        Error::new(Exit::Configuration, message).with_hint(format!("unset {VARIABLE}"))
    })
}

/// Returns the folder that the environment names. It must belong to the user, since the owner of a
/// folder can read the tokens in it.
pub(crate) fn folder(vars: &Vars) -> Result<Option<PathBuf>, Error> {
    let Some(folder) = vars.get(FOLDER) else { return Ok(None) };
    let folder = Path::new(folder);
    let problem =
        if folder.is_absolute() { folder_problem(folder) } else { Some("is not an absolute path") };
    match problem {
        None => Ok(Some(folder.to_owned())),
        Some(problem) => {
            let message = format!("{FOLDER}: {} {problem}", folder.display());
            Err(Error::new(Exit::Configuration, message).with_hint(format!("unset {FOLDER}")))
        }
    }
}

/// Returns why a folder cannot be used. `None` also if it does not exist: it is then created with
/// access for the user only.
fn folder_problem(folder: &Path) -> Option<&'static str> {
    let metadata = folder.metadata().ok()?;
    if !metadata.is_dir() {
        return Some("is not a folder");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        if metadata.uid() != nix::unistd::geteuid().as_raw() {
            return Some("belongs to another user");
        }
        if metadata.mode() & 0o022 != 0 {
            return Some("can be written by other users");
        }
    }
    None
}

/// The mode that the command line or the environment forces, else that of the configuration.
#[derive(Debug)]
struct ProgramPolicy {
    mode: Option<Mode>,
    warnings: Option<Printer>,
    was_reported: AtomicBool,
}

impl Policy for ProgramPolicy {
    fn mode(
        &self,
        world: &World,
        entry: &str,
    ) -> Result<Option<Mode>, Box<dyn std::error::Error + Send + Sync>> {
        match self.mode {
            Some(mode) => Ok(Some(mode)),
            None => Configured::new().mode(world, entry),
        }
    }

    fn report_unavailable(&self, error: &KeychainError) {
        if let Some(printer) = &self.warnings
            && !self.was_reported.swap(true, Ordering::Relaxed)
        {
            printer.warn(&format!(
                "{}. The access token in the file is used until it expires, and is not refreshed.",
                with_causes(error),
            ));
        }
    }
}
