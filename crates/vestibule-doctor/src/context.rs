use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vestibule::world::{TransportError, World, block_on};
use vestibule::{Configuration, Error, IdentityCenter, Plan, Timestamp};
use vestibule_cache::Folder;
use vestibule_console_login as console_login;
use vestibule_wire::{Endpoint, RequestTimeout};

/// Timeout of one probe of an endpoint.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// The configuration and the machine that the checks examine.
#[derive(Debug)]
pub struct Context<'a> {
    pub(crate) configuration: &'a Configuration,
    pub(crate) world: &'a World,
    pub(crate) plan: Result<Plan, Error>,
    /// The SSO session of the profile, or all configured ones if the profile has none.
    pub(crate) centers: Vec<IdentityCenter>,
    /// The folder of all tokens, in place of the ordinary ones.
    token_folder: Option<Folder>,
    probes: OnceCell<Vec<Probe>>,
    /// The format of times in findings.
    pub(crate) time: fn(Timestamp) -> String,
}

/// The outcome of an unauthenticated `GET /` to an endpoint.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) url: String,
    pub(crate) sent_at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) response: Result<http::Response<()>, TransportError>,
}

impl<'a> Context<'a> {
    /// Creates a context for this configuration and the world that it was read from.
    pub fn new(configuration: &'a Configuration) -> Self {
        let centers = match configuration.identity_center() {
            Ok(center) => vec![center],
            Err(_) => configuration
                .session_names()
                .filter_map(|name| configuration.identity_center_named(&name, "its name").ok())
                .collect(),
        };
        let (world, plan) = (configuration.blocking_world(), configuration.plan());
        let (token_folder, probes) = (None, OnceCell::new());
        let time = |at: Timestamp| at.to_string();
        Self { configuration, world, plan, centers, token_folder, probes, time }
    }

    /// Sets the format of times in findings. Default: UTC, `2026-01-02T03:04:05Z`.
    #[must_use]
    pub fn with_time_format(self, time: fn(Timestamp) -> String) -> Self {
        Self { time, ..self }
    }

    /// Sets the folder of tokens, if they are not in `~/.aws/sso/cache` and `~/.aws/login/cache`.
    #[must_use]
    pub fn with_token_folder(mut self, folder: Option<&Path>) -> Self {
        let platform = self.world.platform;
        self.token_folder = folder.map(|path| Folder::new(path.to_string_lossy(), platform));
        self
    }

    /// Returns one probe per endpoint of the SSO sessions; the first call sends the requests.
    pub(crate) fn probes(&self) -> &[Probe] {
        self.probes.get_or_init(|| {
            let mut urls: Vec<&str> =
                self.centers.iter().flat_map(IdentityCenter::endpoints).collect();
            urls.sort_unstable();
            urls.dedup();
            urls.into_iter().filter_map(|url| self.probe(url)).collect()
        })
    }

    fn probe(&self, url: &str) -> Option<Probe> {
        // An invalid endpoint URL is reported by the check of the profile.
        let mut request = Endpoint::parse(url, None).ok()?.get("/").finish().ok()?;
        request.extensions_mut().insert(RequestTimeout(PROBE_TIMEOUT));
        let sent_at = self.world.clock.now();
        let response = block_on(self.world.transport.send(request));
        let received_at = self.world.clock.now();
        let response = response.map(|response| response.map(drop));
        Some(Probe { url: url.to_owned(), sent_at, received_at, response })
    }

    /// Returns the folders that cache tokens and role credentials.
    pub(crate) fn folders(&self) -> Vec<Folder> {
        let (vars, platform) = (&self.world.vars, self.world.platform);
        let home = vars.home(platform);
        let mut folders = match &self.token_folder {
            Some(folder) => vec![folder.clone()],
            None => home
                .iter()
                .map(|home| Folder::sso(home, platform))
                .chain(console_login::folder(vars, platform))
                .collect(),
        };
        folders.extend(home.iter().map(|home| Folder::cli(home, platform)));
        folders
    }

    /// Returns the JSON files of a folder; AWS tools open no others.
    pub(crate) fn json_files(&self, folder: &Folder) -> Vec<PathBuf> {
        let mut files = self.world.files.list(folder.path()).unwrap_or_default();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files
    }

    /// Returns a path for display, with `~` for the home folder.
    pub(crate) fn display_path(&self, path: &Path) -> String {
        let home = self.world.vars.home(self.world.platform);
        let below = home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
        match below {
            Some(below) => Path::new("~").join(below).display().to_string(),
            None => path.display().to_string(),
        }
    }
}
