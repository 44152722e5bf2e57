//! A machine with a user, a browser and another tool, and the emulator as its network.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vestibule_chain::{Error, Lookup, Provider as _, SsoRole};
use vestibule_emulator::{Emulator, Operation};
use vestibule_oidc::{CreateToken, Flow, Grant, Verification, WebAddress};
use vestibule_sso::{
    Instance, MemoryTokenStore, SessionState, Sessions, SignInError, SignInOptions, Token, Ui,
};
use vestibule_types::{
    AccountId, Credentials, Region, RoleName, Secret, SessionName, SsoSession, StartUrl,
};
use vestibule_wire::{Anonymous, EndpointParams};
use vestibule_world::{
    BoxFuture, Callback, Callbacks, Files as _, Listener, World, WriteMode, block_on, memory,
};

/// The token file of `my-sso`.
pub(crate) const TOKEN_FILE: &str =
    "/home/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";
const HOME_REGION: &str = "us-east-1";

pub(crate) struct Machine {
    pub(crate) emulator: Emulator,
    pub(crate) world: World,
    pub(crate) files: memory::Files,
    browser: Arc<Browser>,
    sessions: Arc<Sessions>,
    instance: Instance,
    is_disk_full: bool,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let emulator = Emulator::builder().auto_approve().build();
        let files = memory::Files::default();
        let browser = Arc::new(Browser { emulator: emulator.clone(), redirects: Mutex::default() });
        let world = World {
            files: Arc::new(files.clone()),
            clock: Arc::new(emulator.clock()),
            transport: Arc::new(emulator.clone()),
            listener: Some(Arc::new(LoopbackPort(browser.clone()))),
            ..memory::world()
        };
        let session = SsoSession::named(
            SessionName::new("my-sso").unwrap(),
            StartUrl::new("https://provided-domain.awsapps.com/start").unwrap(),
            Region::new(HOME_REGION).unwrap(),
        );
        let sessions = Arc::new(Sessions::at_home(&world.vars, world.platform));
        let instance = instance(session);
        Self { emulator, world, files, browser, sessions, instance, is_disk_full: false }
    }

    pub(crate) fn state(&self) -> SessionState {
        block_on(self.sessions.status(&self.world, &self.instance)).state.unwrap()
    }

    /// Returns the number of requests so far.
    pub(crate) fn requests(&self) -> u64 {
        use Operation::{
            CreateToken, GetRoleCredentials, Logout, RegisterClient, StartDeviceAuthorization,
        };
        [RegisterClient, StartDeviceAuthorization, CreateToken, GetRoleCredentials, Logout]
            .map(|operation| self.emulator.count(operation))
            .iter()
            .sum()
    }

    /// Requests role credentials, as `export-credentials` does without cached ones.
    pub(crate) fn credentials(&self) -> Result<Credentials, Error> {
        let account = AccountId::new("111122223333").unwrap();
        let role = RoleName::new("SampleRole").unwrap();
        let role = SsoRole::new(self.sessions.clone(), self.instance.clone(), account, role);
        match block_on(role.provide(&self.world))? {
            Lookup::Credentials(credentials) => Ok(credentials),
            skipped @ Lookup::NotConfigured(_) => panic!("{skipped:?}"),
        }
    }

    pub(crate) fn sign_in(&self, flow: Flow) -> Result<(), SignInError> {
        let options = SignInOptions::new(flow);
        let signed_in =
            self.sessions.sign_in(&self.world, &self.instance, options, self.browser.as_ref());
        block_on(signed_in).map(drop)
    }

    /// Signs out; a full disk does not matter, since nothing is written.
    pub(crate) fn sign_out(&self) {
        let _ = block_on(self.sessions.sign_out(&self.world, &self.instance));
    }

    /// Signs in as the AWS CLI does, which knows nothing of our record and our locks.
    pub(crate) fn sign_in_with_another_tool(&self) {
        let home = in_region(&self.instance, HOME_REGION);
        let store = MemoryTokenStore::default();
        let tool = Sessions::new(Arc::new(store.clone()));
        let options = SignInOptions::new(Flow::DeviceCode);
        self.emulator.clear_faults();
        let signed_in = tool.sign_in(&self.world, &home, options, self.browser.as_ref());
        let token = block_on(signed_in).unwrap();
        self.write_as_another_tool(&token.write());
    }

    /// Refreshes as the AWS CLI does. Returns whether the file has the latest token of its session.
    pub(crate) fn refresh_with_another_tool(&self) -> bool {
        let Ok(token) = self.token() else { return false };
        let (Some(client_id), Some(client_secret), Some(refresh_token)) =
            (&token.client_id, &token.client_secret, &token.refresh_token)
        else {
            return true;
        };
        let grant = Grant::RefreshToken(refresh_token);
        let operation = CreateToken { client_id, client_secret, grant };
        let response = block_on(self.world.call(&self.instance.oidc, &Anonymous, &operation));
        let Ok(tokens) = response else { return false };
        let expires_at = self.world.clock.now() + tokens.expires_in;
        let token = token.refreshed(tokens.access_token, expires_at, tokens.refresh_token);
        self.write_as_another_tool(&token.write());
        true
    }

    /// Stores a token of an IDE with scopes of its own, and the registration of its client.
    pub(crate) fn store_token_of_another_tool(&self) {
        let expires_at = self.world.clock.now() + Duration::from_secs(3_600);
        let token = format!(
            r#"{{"startUrl": "{}", "region": "{HOME_REGION}", "accessToken": "ide-access",
            "expiresAt": "{expires_at}", "clientId": "ide", "clientSecret": "ide-secret",
            "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "ide-refresh"}}"#,
            self.instance.session.start_url
        );
        self.write_as_another_tool(token.as_bytes());
        let registration = br#"{"clientId": "ide", "clientSecret": "ide-secret",
            "expiresAt": "2099-01-01T00:00:00Z", "scopes": ["codewhisperer:completions"]}"#;
        self.write(Path::new("/home/.aws/sso/cache/ide.json"), registration);
    }

    pub(crate) fn is_token_of_another_tool(&self) -> bool {
        self.token().is_ok_and(|token| token.client_id.as_deref() == Some("ide"))
    }

    pub(crate) fn truncate_file(&self) {
        self.write_as_another_tool(b"{\"accessToken\": \"");
    }

    pub(crate) fn delete_file(&self) {
        self.with_room(|| drop(self.files.remove(Path::new(TOKEN_FILE))));
    }

    pub(crate) fn switch_region(&mut self) {
        let region = if self.is_home_region() { "us-east-2" } else { HOME_REGION };
        self.instance = in_region(&self.instance, region);
    }

    pub(crate) fn is_home_region(&self) -> bool {
        self.instance.session.region.as_str() == HOME_REGION
    }

    pub(crate) fn switch_scopes(&mut self) {
        let scopes: &[&str] = match self.instance.session.scopes.len() {
            0 | 1 => &["sso:account:access", "extra:scope"],
            _ => &["sso:account:access"],
        };
        self.instance.session.scopes = scopes.iter().map(ToString::to_string).collect();
    }

    pub(crate) fn fill_disk(&mut self, is_full: bool) {
        self.is_disk_full = is_full;
        self.files.refuse_writes(is_full.then_some(io::ErrorKind::StorageFull));
    }

    pub(crate) fn start_another_process(&mut self) {
        self.sessions = Arc::new(Sessions::at_home(&self.world.vars, self.world.platform));
    }

    fn token(&self) -> Result<Token, String> {
        let contents = self.files.read(Path::new(TOKEN_FILE)).map_err(|error| error.to_string())?;
        Token::read(&contents).map_err(|error| error.to_string())
    }

    fn write_as_another_tool(&self, contents: &[u8]) {
        self.write(Path::new(TOKEN_FILE), contents);
    }

    fn write(&self, path: &Path, contents: &[u8]) {
        self.with_room(|| self.files.replace(path, contents, WriteMode::BestEffort).unwrap());
    }

    /// The other tool finds room on the disk.
    fn with_room(&self, write: impl FnOnce()) {
        self.files.refuse_writes(None);
        write();
        self.files.refuse_writes(self.is_disk_full.then_some(io::ErrorKind::StorageFull));
    }
}

fn in_region(configured: &Instance, region: &str) -> Instance {
    let mut session = configured.session.clone();
    session.region = Region::new(region).unwrap();
    instance(session)
}

fn instance(session: SsoSession) -> Instance {
    let params = EndpointParams::new(session.region.clone());
    let oidc = vestibule_oidc::endpoint(&params).unwrap();
    let portal = vestibule_portal::endpoint(&params).unwrap();
    Instance::new(session, oidc, portal)
}

/// A browser whose user approves every page.
struct Browser {
    emulator: Emulator,
    redirects: Mutex<VecDeque<String>>,
}

impl Ui for Browser {
    fn show(&self, _verification: &Verification) {}

    fn open(&self, page: &WebAddress) {
        let redirect = self.emulator.authorize(page.as_str());
        self.redirects.lock().unwrap().extend(redirect);
    }
}

struct LoopbackPort(Arc<Browser>);

impl std::fmt::Debug for LoopbackPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoopbackPort")
    }
}

impl Listener for LoopbackPort {
    fn bind(&self, _port: u16) -> io::Result<Box<dyn Callbacks>> {
        self.0.redirects.lock().unwrap().clear();
        Ok(Box::new(Self(self.0.clone())))
    }
}

impl Callbacks for LoopbackPort {
    fn port(&self) -> u16 {
        4_711
    }

    fn next(&mut self) -> BoxFuture<'_, io::Result<Callback>> {
        let redirect = self.0.redirects.lock().unwrap().pop_front();
        Box::pin(async move {
            let address = redirect.ok_or(io::ErrorKind::WouldBlock)?;
            let path = address.splitn(4, '/').nth(3).unwrap_or_default();
            Ok(Callback::new(Secret::new(format!("/{path}")), |_page| {}))
        })
    }
}
