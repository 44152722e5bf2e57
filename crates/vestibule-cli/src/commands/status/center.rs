use serde_json::{Value, json};
use vestibule::{
    AccountId, Base, Configuration, IdentityCenter, Plan, SessionState, Status, Timestamp,
};

use super::Report;
use super::prompt::{Expiry, Segment};
use crate::app::App;
use crate::commands::session_state;
use crate::duration::spell;
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::{short, time};
use crate::quoting::shell_word;
use crate::table::Cell;

/// The state of an SSO session.
pub(super) struct CenterReport<'a> {
    center: &'a IdentityCenter,
    status: Status,
    /// Name of the role, and when its cached credentials expire.
    role: Option<(String, Option<Timestamp>)>,
    /// Name and account of the profile.
    profile: Option<(String, Option<AccountId>)>,
    now: Timestamp,
}

impl<'a> CenterReport<'a> {
    pub(super) fn new(
        configuration: &Configuration,
        center: &'a IdentityCenter,
        plan: Option<&Plan>,
    ) -> Self {
        let role = plan.and_then(|plan| match &plan.base {
            Base::Sso(role) => {
                let name = format!("{} in {}", role.role_name.value, role.account_id.value);
                Some((name, configuration.role_credentials_expiration(role)))
            }
            _ => None,
        });
        // Without a profile that signs in, the only session was chosen.
        let profile = plan.filter(|plan| plan.session().is_some()).map(|plan| {
            let account = match &plan.base {
                Base::Sso(role) => Some(role.account_id.value.clone()),
                _ => None,
            };
            (plan.profile.value.clone(), account)
        });
        Self { center, status: center.blocking().status(), role, profile, now: center.now() }
    }
}

impl Report for CenterReport<'_> {
    fn exit(&self) -> Exit {
        session_state::exit(&self.status)
    }

    fn print(&self, app: &App<'_>) -> Result<(), Error> {
        let printer = &app.printer;
        let session = self.center.session();
        printer.result(&format!("session       {} ({})", session.label(), session.start_url))?;
        let (token, tone) = session_state::token(&self.status, self.now);
        printer.result(&format!("access token  {}", printer.tone(tone, &token)))?;
        if let Some((refresh, tone)) = session_state::refresh(&self.status) {
            printer.result(&format!("refresh       {}", printer.tone(tone, &refresh)))?;
        }
        if let Some(portal) = &self.status.portal_session {
            let lines = session_state::portal_session(portal, self.now);
            for (name, line) in ["portal", "", ""].iter().zip(lines) {
                printer.result(&format!("{name:12}  {line}"))?;
            }
        }
        if let Some(end) = self.status.registration_expires_at {
            printer
                .result(&format!("registration  client registration expires at {}", time(end)))?;
        }
        if let Some(location) = app.store()?.location(self.center, &self.status) {
            printer.result(&format!("stored in     {location}"))?;
        }
        if let Some((name, expires_at)) = &self.role {
            printer.result(&format!("role          {name}"))?;
            let cached = session_state::role_credentials(*expires_at, self.now);
            printer.result(&format!("credentials   {cached}"))?;
        }
        Ok(())
    }

    fn login_command(&self) -> String {
        match &self.center.session().name {
            Some(name) => format!("vestibule login --sso-session {}", shell_word(name.as_str())),
            None => "vestibule login".to_owned(),
        }
    }

    fn row(&self) -> [Cell; 4] {
        let left = |at: Timestamp| match at.saturating_since(self.now) {
            left if left.is_zero() => format!("expired {}", short(at)),
            left => format!("{} left", spell(left)),
        };
        let state = self.status.state.as_ref().ok();
        let token = state.and_then(SessionState::expires_at).map(left);
        let session = self.status.portal_session.map(|session| session.estimated_expiration);
        let session = session.map(|at| format!("about {}", short(at)));
        [
            self.center.session().label().into(),
            session_state::cell(&self.status),
            token.unwrap_or_default().into(),
            session.unwrap_or_default().into(),
        ]
    }

    fn json(&self) -> Value {
        let session = self.center.session();
        let role = self.role.as_ref().map(
            |(name, end)| json!({ "role": name, "cachedUntil": end.map(|end| end.to_string()) }),
        );
        let mut report = session_state::json(&self.status);
        report["startUrl"] = session.start_url.as_str().into();
        report["region"] = session.region.as_str().into();
        report["roleCredentials"] = role.into();
        report
    }

    fn segment(&self) -> Segment {
        let session = self.center.session();
        let session_name = || match &session.name {
            Some(name) => name.as_str().to_owned(),
            None => session.start_url.host().split('.').next().unwrap_or_default().to_owned(),
        };
        let (name, account) = match &self.profile {
            Some((name, account)) => (name.clone(), account.as_ref().map(|id| self.label(id))),
            None => (session_name(), None),
        };
        Segment { name, account, expiry: Expiry::from(&self.status), now: self.now }
    }
}

impl CenterReport<'_> {
    /// Returns the name of an account from the last listing, else its id.
    fn label(&self, account: &AccountId) -> String {
        let listing = self.center.listing();
        let name = listing.accounts().find(|(id, name)| *id == account && !name.is_empty());
        name.map_or_else(|| account.to_string(), |(_, name)| name.to_owned())
    }
}
