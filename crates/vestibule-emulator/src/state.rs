use std::sync::Arc;
use std::time::Duration;

use vestibule_types::Timestamp;

use crate::config::Config;
use crate::faults::Faults;
use crate::iam::Principal;
use crate::issued::Issued;
use crate::log::Log;
use crate::mint::Mint;
use crate::signin::Console;
use crate::table::Table;

/// How long what expired is still known for what it was.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// Everything the emulated services know.
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) mint: Mint,
    /// What the forms on our pages have, and those on others' do not.
    pub(crate) page_token: String,
    /// By client id.
    pub(crate) clients: Table<Arc<Client>>,
    /// By device code.
    pub(crate) devices: Table<Device>,
    /// By authorization code.
    pub(crate) codes: Table<Code>,
    /// By an id that is no secret.
    pub(crate) sessions: Table<Session>,
    /// By access token.
    pub(crate) access_tokens: Table<Access>,
    /// By refresh token.
    pub(crate) refresh_tokens: Table<Refresh>,
    /// Temporary ones, by access key id.
    pub(crate) temporary_keys: Table<Key>,
    /// Which code was used last, by the serial number of an MFA device.
    pub(crate) mfa_steps: Table<i64>,
    /// Until when sessions with instance metadata are open, by token.
    pub(crate) instance_tokens: Table<Timestamp>,
    pub(crate) console: Console,
    /// What instances and containers have, by the ARN of whom it is.
    pub(crate) held: Table<Issued>,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
}

/// A registered client.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    /// Empty when it named none, which allows all.
    pub(crate) grant_types: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) expires: Timestamp,
}

impl Client {
    /// Whom sessions that nobody signed in to belong to.
    fn of_configuration(now: Timestamp) -> Self {
        Self {
            id: String::new(),
            secret: String::new(),
            name: "configured".to_owned(),
            scopes: Vec::new(),
            grant_types: Vec::new(),
            redirect_uris: Vec::new(),
            expires: now,
        }
    }

    pub(crate) fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.is_empty() || self.grant_types.iter().any(|own| own == grant_type)
    }
}

/// A device authorization.
pub(crate) struct Device {
    pub(crate) client: Arc<Client>,
    pub(crate) user_code: String,
    pub(crate) expires: Timestamp,
    pub(crate) interval: Duration,
    pub(crate) polled: Option<Timestamp>,
    /// How often it was asked about too soon.
    pub(crate) hurried: u32,
    pub(crate) progress: Progress,
}

impl Device {
    fn waits(&self, now: Timestamp) -> bool {
        self.progress == Progress::Pending && now < self.expires
    }
}

/// How far a device authorization got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Pending,
    /// By this user.
    Approved(String),
    Denied,
    /// Exchanged for a token.
    Spent,
}

/// An authorization code, on its way through a browser.
pub(crate) struct Code {
    pub(crate) client: Arc<Client>,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) user: String,
    pub(crate) expires: Timestamp,
    pub(crate) spent: bool,
}

/// A person's session with the access portal, which all tokens of a sign-in hang on.
pub(crate) struct Session {
    pub(crate) user: String,
    pub(crate) client: Arc<Client>,
    pub(crate) started: Timestamp,
    pub(crate) until: Timestamp,
    /// By a sign-out or an administrator.
    pub(crate) ended: bool,
}

impl Session {
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        !self.ended && now < self.until
    }
}

pub(crate) struct Access {
    pub(crate) session: String,
    pub(crate) expires: Timestamp,
}

pub(crate) struct Refresh {
    pub(crate) session: String,
    pub(crate) client: Arc<Client>,
    pub(crate) spent: bool,
}

/// A key pair that STS knows, and who it is.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) secret: String,
    pub(crate) session_token: Option<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) who: Principal,
    /// True if a code of an MFA device was shown for it.
    pub(crate) mfa: bool,
}

/// No device authorization awaits a decision under this user code.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("nobody waits for approval under the code `{user_code}`")]
#[non_exhaustive]
pub struct NotWaiting {
    /// The code given, cut to a line.
    pub user_code: String,
}

impl State {
    pub(crate) fn new(mut config: Config, mut mint: Mint, now: Timestamp) -> Self {
        let rules = std::mem::take(&mut config.faults);
        let sessions = std::mem::take(&mut config.sessions);
        let mut state = Self {
            config,
            page_token: mint.id(),
            mint,
            clients: Table::default(),
            devices: Table::default(),
            codes: Table::default(),
            sessions: Table::default(),
            access_tokens: Table::default(),
            refresh_tokens: Table::default(),
            temporary_keys: Table::default(),
            mfa_steps: Table::default(),
            instance_tokens: Table::default(),
            console: Console::default(),
            held: Table::default(),
            faults: Faults::default(),
            log: Log::default(),
        };
        state.faults.extend(rules);
        if !sessions.is_empty() {
            let client = Arc::new(Client::of_configuration(now));
            for (user, access_token) in sessions {
                let session = state.open_session(&user, &client, now);
                let access_token = state.mint.remember(access_token);
                let expires = now + state.config.session;
                state.access_tokens.insert(access_token, Access { session, expires });
            }
        }
        state
    }

    /// Forgets what has been over for longer than anybody would ask about it, so that a long run
    /// needs no more memory than a short one.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        let is_over = |expires: Timestamp| expires + REMEMBERED < now;
        self.devices.forget(|device| is_over(device.expires));
        self.codes.forget(|code| is_over(code.expires));
        self.access_tokens.forget(|access| is_over(access.expires));
        self.temporary_keys.forget(|key| key.expires.is_some_and(is_over));
    }

    /// The device authorizations that wait for a person, the oldest first.
    pub(crate) fn waiting(&self, now: Timestamp) -> impl Iterator<Item = &Device> {
        self.devices.iter().map(|(_, device)| device).filter(move |device| device.waits(now))
    }

    /// The one that waits under a code, however a person typed it.
    pub(crate) fn waiting_under(&self, user_code: &str, now: Timestamp) -> Option<&Device> {
        self.waiting(now).find(|device| is_same_code(&device.user_code, user_code))
    }

    /// Approves (as a user) or denies what waits under a code.
    pub(crate) fn decide(
        &mut self,
        user_code: &str,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<(), NotWaiting> {
        let mut devices = self.devices.values_mut();
        let waiting =
            devices.find(|device| device.waits(now) && is_same_code(&device.user_code, user_code));
        match waiting {
            Some(device) => {
                device.progress = progress.clone();
                Ok(())
            }
            None => Err(NotWaiting { user_code: crate::log::one_line(user_code, 20) }),
        }
    }

    /// A new session of a person, who signed in through this client.
    pub(crate) fn open_session(
        &mut self,
        user: &str,
        client: &Arc<Client>,
        now: Timestamp,
    ) -> String {
        let id = self.mint.id();
        let session = Session {
            user: user.to_owned(),
            client: client.clone(),
            started: now,
            until: now + self.config.session,
            ended: false,
        };
        self.sessions.insert(id.clone(), session);
        id
    }

    /// The session behind an access token, if both are still good.
    pub(crate) fn session_of(
        &self,
        access_token: &str,
        now: Timestamp,
    ) -> Option<(&str, &Session)> {
        let access = self.access_tokens.get(access_token)?;
        let session = self.sessions.get(&access.session)?;
        let live = now < access.expires && session.is_live(now);
        live.then_some((access.session.as_str(), session))
    }

    /// A key pair, temporary or lasting, by its access key id.
    pub(crate) fn key(&self, id: &str) -> Option<&Key> {
        self.temporary_keys.get(id).or_else(|| self.config.iam.key(id))
    }

    /// Ends one session, or all of them; says how many were live.
    pub(crate) fn revoke(&mut self, id: Option<&str>, now: Timestamp) -> usize {
        let ended = |session: &mut Session| {
            let was_live = session.is_live(now);
            session.ended = true;
            usize::from(was_live)
        };
        match id {
            Some(id) => self.sessions.get_mut(id).map_or(0, ended),
            None => self.sessions.values_mut().map(ended).sum(),
        }
    }
}

/// People leave out the dash and the capitals.
fn is_same_code(code: &str, typed: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect::<String>()
    };
    letters(code) == letters(typed)
}
