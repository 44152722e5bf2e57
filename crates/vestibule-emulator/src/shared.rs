use vestibule_types::Timestamp;

use crate::iam::{Iam, Principal, TemporaryCredentials};
use crate::sessions::Sessions;
use crate::settings::Settings;
use crate::token_factory::TokenFactory;

/// The state that more than one service uses.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) sessions: Sessions,
    pub(crate) iam: Iam,
    pub(crate) tokens: TokenFactory,
    /// The hidden field of the emulator's own forms, which other sites cannot know.
    pub(crate) csrf_token: String,
}

impl Shared {
    pub(crate) fn new(settings: Settings, iam: Iam, mut tokens: TokenFactory) -> Self {
        let csrf_token = tokens.id();
        Self { settings, sessions: Sessions::default(), iam, tokens, csrf_token }
    }

    /// Opens a session of a user who signed in with this client, and returns its id.
    pub(crate) fn open_session(&mut self, user: &str, client_name: &str, now: Timestamp) -> String {
        let duration = self.settings.session_duration;
        self.sessions.open(&mut self.tokens, (user, client_name), now, duration)
    }

    /// Issues temporary credentials that STS recognizes.
    pub(crate) fn issue_credentials(
        &mut self,
        principal: Principal,
        mfa: bool,
        expires: Timestamp,
    ) -> TemporaryCredentials {
        self.iam.issue(&mut self.tokens, principal, mfa, expires)
    }
}
