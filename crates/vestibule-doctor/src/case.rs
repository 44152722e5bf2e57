use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vestibule::world::{TransportError, World, block_on};
use vestibule::{Configuration, Error, IdentityCenter, Plan, Timestamp};
use vestibule_cache::Folder;
use vestibule_wire::{Endpoint, RequestTimeout};

/// How long an endpoint may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A machine and its configuration, as the checks look at them.
#[derive(Debug)]
pub struct Case<'a> {
    pub(crate) configuration: &'a Configuration,
    pub(crate) world: &'a World,
    pub(crate) plan: Result<Plan, Error>,
    /// The sign-ins in question: the profile's, or else all.
    pub(crate) centers: Vec<IdentityCenter<'a>>,
    answers: OnceCell<Vec<Answered>>,
}

/// What came of asking an endpoint for nothing in particular.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) url: String,
    pub(crate) sent: Timestamp,
    pub(crate) received: Timestamp,
    pub(crate) answer: Result<http::Response<()>, TransportError>,
}

impl<'a> Case<'a> {
    /// The case of this configuration, and of the machine that it was read on.
    pub fn new(configuration: &'a Configuration) -> Self {
        let centers = match configuration.identity_center() {
            Ok(center) => vec![center],
            Err(_) => configuration
                .session_names()
                .filter_map(|name| configuration.identity_center_named(&name, "its name").ok())
                .collect(),
        };
        let (world, plan) = (configuration.world(), configuration.plan());
        Self { configuration, world, plan, centers, answers: OnceCell::new() }
    }

    /// Every endpoint of the sign-ins, asked once.
    pub(crate) fn answers(&self) -> &[Answered] {
        self.answers.get_or_init(|| {
            let mut urls: Vec<&str> =
                self.centers.iter().flat_map(IdentityCenter::endpoints).collect();
            urls.sort_unstable();
            urls.dedup();
            urls.into_iter().filter_map(|url| self.ask(url)).collect()
        })
    }

    fn ask(&self, url: &str) -> Option<Answered> {
        // An address that is none is a matter of the configuration.
        let mut request = Endpoint::at(url, None).ok()?.get("/").finish().ok()?;
        request.extensions_mut().insert(RequestTimeout(PATIENCE));
        let sent = self.world.clock.now();
        let answer = block_on(self.world.transport.send(request));
        let received = self.world.clock.now();
        let answer = answer.map(|answer| answer.map(drop));
        Some(Answered { url: url.to_owned(), sent, received, answer })
    }

    /// The cache folders: of tokens, and of role credentials.
    pub(crate) fn folders(&self) -> Vec<Folder> {
        let platform = self.world.platform;
        let home = self.world.vars.home(platform);
        home.iter()
            .flat_map(|home| [Folder::sso(home, platform), Folder::cli(home, platform)])
            .collect()
    }

    /// The files in a folder that AWS tools open.
    pub(crate) fn json_in(&self, folder: &Folder) -> Vec<PathBuf> {
        let mut files = self.world.files.list(folder.path()).unwrap_or_default();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files
    }

    /// A path with the home folder as `~`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let home = self.world.vars.home(self.world.platform);
        let below = home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
        match below {
            Some(below) => Path::new("~").join(below).display().to_string(),
            None => path.display().to_string(),
        }
    }
}
