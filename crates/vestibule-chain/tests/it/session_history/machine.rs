//! A machine with a user, a browser and another tool, and the emulator as its network.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vestibule_chain::{Error, Lookup, Provider as _, SsoRole};
use vestibule_emulator::{Emulator, Operation};
use vestibule_oidc::{CreateToken, Flow, Grant};
use vestibule_sso::{Instance, SessionState, Sessions, SignInError, SignInOptions, Token};
use vestibule_test_env::{AutoApprover, token_of_another_tool, token_path};
use vestibule_types::{AccountId, Credentials, Region, RoleName, SsoSession};
use vestibule_wire::{Anonymous, EndpointParams};
use vestibule_world::{Files as _, World, WriteMode, block_on, memory};

const HOME_REGION: &str = "us-east-1";

pub(crate) struct Machine {
    pub(crate) emulator: Emulator,
    pub(crate) world: World,
    pub(crate) files: memory::Files,
    user: AutoApprover,
    sessions: Arc<Sessions>,
    instance: Instance,
    is_disk_full: bool,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let emulator = Emulator::default();
        let files = memory::Files::default();
        let user = AutoApprover::new(&emulator);
        let world = World {
            files: Arc::new(files.clone()),
            listener: Some(user.listener()),
            ..vestibule_test_env::world(&emulator)
        };
        let sessions = Arc::new(Sessions::at_home(&world.vars, world.platform));
        let instance = vestibule_test_env::instance();
        Self { emulator, world, files, user, sessions, instance, is_disk_full: false }
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
        let signed_in = self.sessions.sign_in(&self.world, &self.instance, options, &self.user);
        block_on(signed_in).map(drop)
    }

    /// Signs out; a full disk does not matter, since nothing is written.
    pub(crate) fn sign_out(&self) {
        let _ = block_on(self.sessions.sign_out(&self.world, &self.instance));
    }

    /// Signs in as the AWS CLI does, which knows nothing of our record and our locks.
    pub(crate) fn sign_in_with_another_tool(&self) {
        self.emulator.clear_faults();
        let token = token_of_another_tool(&self.world, &self.emulator);
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
        self.with_room(|| drop(self.files.remove(&token_path())));
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
        let contents = self.files.read(&token_path()).map_err(|error| error.to_string())?;
        Token::read(&contents).map_err(|error| error.to_string())
    }

    fn write_as_another_tool(&self, contents: &[u8]) {
        self.write(&token_path(), contents);
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
