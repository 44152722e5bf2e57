use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use vestibule_sso::{Error, Instance, Sessions, Status, Token};
use vestibule_types::{Region, SessionName, SsoSession, StartUrl, Timestamp};
use vestibule_wire::{Endpoint, Request, Response};
use vestibule_world::{
    BoxFuture, Clock, Files, Guard, PreparedWrite, TransportError, TransportErrorKind, World,
    WriteMode, Zeroizing, block_on, memory,
};

/// The token file of `my-sso`.
pub(crate) const TOKEN_FILE: &str =
    "/home/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";
pub(crate) const START_URL: &str = "https://org.awsapps.com/start";

/// A response: a status and a body, or nothing.
pub(crate) type Answer = (u16, &'static str);
/// No response arrives.
pub(crate) const LOST: Answer = (0, "");

/// An action of another process.
pub(crate) type Action = Box<dyn FnOnce() + Send>;

/// A clock by which other processes act.
struct Timeline {
    clock: memory::Clock,
    actions: Mutex<Vec<(Timestamp, Action)>>,
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timeline(..)")
    }
}

impl Clock for Timeline {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.clock.advance(span);
            let now = self.clock.now();
            let mut actions = self.actions.lock().unwrap();
            for (_, action) in actions.extract_if(.., |(at, _)| *at <= now) {
                action();
            }
        })
    }
}

/// Files that another process changes after each read, on a disk with little room.
struct SharedFiles {
    files: memory::Files,
    after_read: Box<dyn Fn(&Path) + Send + Sync>,
    /// The most bytes that can be reserved for a file.
    room: usize,
}

impl fmt::Debug for SharedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedFiles(..)")
    }
}

impl Files for SharedFiles {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let contents = self.files.read(path);
        (self.after_read)(path);
        contents
    }

    fn replace(&self, path: &Path, contents: &[u8], mode: WriteMode) -> io::Result<()> {
        self.files.replace(path, contents, mode)
    }

    fn prepare(&self, path: &Path, len: usize) -> io::Result<Option<Box<dyn PreparedWrite>>> {
        if len <= self.room {
            self.files.prepare(path, len)
        } else {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.files.remove(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.files.list(folder)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Box<dyn Guard>>> {
        self.files.try_lock(path)
    }

    fn probe(&self, path: &Path) -> io::Result<()> {
        self.files.probe(path)
    }
}

/// Returns the path of a file beside that of the token.
pub(crate) fn beside(extension: &str) -> PathBuf {
    PathBuf::from(TOKEN_FILE).with_extension(extension)
}

/// A world, its parts, and a service.
pub(crate) struct TestEnv {
    pub(crate) world: World,
    pub(crate) files: memory::Files,
    pub(crate) clock: memory::Clock,
    pub(crate) sessions: Sessions,
    pub(crate) instance: Instance,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
}

impl TestEnv {
    /// Responds to each request with what `answer` returns for its path and body.
    pub(crate) fn new(answer: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> Self {
        let files = memory::Files::default();
        let clock = memory::Clock::default();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        let transport = memory::Transport::new(move |request: Request| {
            let path = request.uri().path().to_owned();
            let body = String::from_utf8_lossy(request.body()).into_owned();
            log.lock().unwrap().push(path.clone());
            respond(answer(&path, &body))
        });
        let world = World {
            files: Arc::new(files.clone()),
            clock: Arc::new(clock.clone()),
            transport: Arc::new(transport),
            ..memory::world()
        };
        let session = SsoSession::named(
            SessionName::new("my-sso").unwrap(),
            StartUrl::new(START_URL).unwrap(),
            Region::new("us-east-1").unwrap(),
        );
        let endpoint = |host: &str| Endpoint::parse(&format!("http://{host}.test"), None).unwrap();
        let sessions = Sessions::at_home(&world.vars, world.platform);
        let instance = Instance::new(session, endpoint("oidc"), endpoint("portal"));
        Self { world, files, clock, sessions, instance, requests }
    }

    /// Stores a token that expires in this many seconds, and this refresh token.
    pub(crate) fn store(&self, seconds: i64, refresh: Option<&str>) {
        self.store_text(&self.token_text("old-access", seconds, refresh));
    }

    pub(crate) fn store_text(&self, text: &str) {
        self.files
            .replace(&PathBuf::from(TOKEN_FILE), text.as_bytes(), WriteMode::Durable)
            .unwrap();
    }

    pub(crate) fn token_text(&self, access: &str, seconds: i64, refresh: Option<&str>) -> String {
        let span = Duration::from_secs(seconds.unsigned_abs());
        let now = self.clock.now();
        let end = if seconds < 0 { now - span } else { now + span };
        let refresh = refresh.map(|token| format!(r#", "refreshToken": "{token}""#));
        format!(
            r#"{{"startUrl": "{START_URL}", "region": "us-east-1", "accessToken": "{access}",
            "expiresAt": "{end}", "clientId": "cid", "clientSecret": "hidden-client",
            "registrationExpiresAt": "2027-01-01T00:00:00Z"{}}}"#,
            refresh.unwrap_or_default()
        )
    }

    /// Returns the world in which another process acts after each read of a file.
    pub(crate) fn after_reads(&self, action: impl Fn(&Path) + Send + Sync + 'static) -> World {
        let (files, after_read) = (self.files.clone(), Box::new(action));
        let files = Arc::new(SharedFiles { files, after_read, room: usize::MAX });
        World { files, ..self.world.clone() }
    }

    /// Returns the world in which files can have so many bytes.
    pub(crate) fn with_room(&self, room: usize) -> World {
        let (files, after_read) = (self.files.clone(), Box::new(|_: &Path| {}));
        World { files: Arc::new(SharedFiles { files, after_read, room }), ..self.world.clone() }
    }

    /// Returns the world in which other processes act so many seconds from now.
    pub(crate) fn beside_others(&self, actions: Vec<(u64, Action)>) -> World {
        let start = self.clock.now();
        let actions = actions.into_iter();
        let actions = actions.map(|(at, action)| (start + Duration::from_secs(at), action));
        let actions = Mutex::new(actions.collect());
        let clock = Arc::new(Timeline { clock: self.clock.clone(), actions });
        World { clock, ..self.world.clone() }
    }

    /// Takes a lock of the token for another process: `lock`, `queue.lock` or `login.lock`.
    pub(crate) fn take_lock(&self, extension: &str) -> Box<dyn Guard> {
        self.files.try_lock(&beside(extension)).unwrap().unwrap()
    }

    /// The same machine and service, seen by another process.
    pub(crate) fn another_process(&self) -> Sessions {
        Sessions::at_home(&self.world.vars, self.world.platform)
    }

    pub(crate) fn status(&self) -> Status {
        block_on(self.sessions.status(&self.world, &self.instance))
    }

    /// Returns the state in one word.
    pub(crate) fn state(&self) -> &'static str {
        self.status().state.unwrap().as_str()
    }

    pub(crate) fn live(&self) -> Result<String, Error> {
        let token = block_on(self.sessions.live_token(&self.world, &self.instance));
        token.map(|token| token.access_token.expose().to_owned())
    }

    pub(crate) fn stored(&self) -> Option<Token> {
        Token::read(&self.files.read(&PathBuf::from(TOKEN_FILE)).ok()?).ok()
    }

    pub(crate) fn requested(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn respond((status, body): Answer) -> Result<Response, TransportError> {
    if status == 0 {
        return Err(TransportError::new(TransportErrorKind::Lost, "http://oidc.test"));
    }
    let body = Bytes::from_static(body.as_bytes());
    Ok(http::Response::builder().status(status).body(body).unwrap())
}

/// Returns the error and all its causes, on one line.
pub(crate) fn spell(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
