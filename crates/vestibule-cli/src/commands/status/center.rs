use serde_json::{Value, json};
use vestibule::{
    AccountId, Base, CachedCredentials, Configuration, IdentityCenter, Plan, SessionState, Status,
    Timestamp,
};

use super::prompt::{Expiry, Segment};
use super::{Report, time_left};
use crate::app::App;
use crate::commands::session_state;
use crate::commands::target::{inline_profile, listed_account_name, login_command};
use crate::error::Error;
use crate::exit::Exit;
use crate::local_time::{short, time};
use crate::table::Cell;

/// The state of an SSO session.
pub(super) struct CenterReport<'a> {
    center: &'a IdentityCenter,
    status: Status,
    role: Option<RoleReport>,
    /// The selected profile, or one that has the session inline.
    profile: Option<String>,
    now: Timestamp,
}

/// The role of a profile, and its cached credentials.
struct RoleReport {
    name: String,
    account: Option<AccountId>,
    /// The SSO role whose credentials are used to assume it.
    source: Option<String>,
    cached: CachedCredentials,
}

impl RoleReport {
    /// Returns `None` if the profile has no role.
    fn new(configuration: &Configuration, plan: &Plan) -> Option<Self> {
        let sso_role = match &plan.base {
            Base::Sso(role) => Some((&role.role_name.value, &role.account_id.value)),
            _ => None,
        };
        let cached = configuration.cached_credentials(plan);
        let source = sso_role.map(|(role, account)| format!("{role} in {account}"));
        if let Some(role) = plan.roles.last() {
            let (name, account) = (session_state::assumed_role(role), role.arn.value.account_id());
            return Some(Self { name, account, source, cached });
        }
        let account = sso_role.map(|(_, account)| account.clone());
        Some(Self { name: source?, account, source: None, cached })
    }
}

impl<'a> CenterReport<'a> {
    pub(super) fn new(
        configuration: &Configuration,
        center: &'a IdentityCenter,
        plan: Option<&Plan>,
    ) -> Self {
        let role = plan.and_then(|plan| RoleReport::new(configuration, plan));
        // Without a profile that signs in, the only session was chosen.
        let plan = plan.filter(|plan| plan.session().is_some());
        let profile = plan
            .map(|plan| plan.profile.value.clone())
            .or_else(|| inline_profile(configuration, center.session()));
        Self { center, status: center.blocking().status(), role, profile, now: center.now() }
    }

    /// Returns the time of the shell prompt.
    fn expiry(&self) -> Expiry {
        let cached = self.role.as_ref().map(|role| role.cached).unwrap_or_default();
        Expiry::new(&self.status, cached, self.now)
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
        if let Some(RoleReport { name, source, cached, .. }) = &self.role {
            printer.result(&format!("role          {name}"))?;
            if let Some(source) = source {
                printer.result(&format!("source        {source}"))?;
            }
            let cached = session_state::cached_credentials(*cached, Some(&self.status), self.now);
            printer.result(&format!("credentials   {cached}"))?;
        }
        Ok(())
    }

    fn login_command(&self) -> String {
        login_command(self.center)
    }

    fn row(&self) -> [Cell; 4] {
        let state = self.status.state.as_ref().ok();
        let token = state.and_then(SessionState::expires_at).map(|at| time_left(at, self.now));
        let session = self.status.portal_session.map(|session| session.estimated_expiration);
        let session = session.map(|at| format!("about {}", short(at)));
        let session_name = match (&self.center.session().name, &self.profile) {
            (None, Some(profile)) => format!("profile {profile}"),
            _ => self.center.session().label().to_owned(),
        };
        [
            session_name.into(),
            session_state::cell(&self.status),
            token.unwrap_or_default().into(),
            session.unwrap_or_default().into(),
        ]
    }

    fn json(&self) -> Value {
        let session = self.center.session();
        let role = self.role.as_ref().map(|role| {
            json!({
                "role": role.name,
                "source": role.source,
                "cachedUntil": role.cached.expires_at.map(|end| end.to_string()),
            })
        });
        let mut report = session_state::json(&self.status);
        report["startUrl"] = session.start_url.as_str().into();
        report["region"] = session.region.as_str().into();
        report["profile"] = self.profile.as_deref().into();
        report["roleCredentials"] = role.into();
        report
    }

    fn segment(&self) -> Segment {
        let session = self.center.session();
        let session_name = || match &session.name {
            Some(name) => name.as_str().to_owned(),
            None => session.start_url.host().split('.').next().unwrap_or_default().to_owned(),
        };
        let account = self.role.as_ref().and_then(|role| role.account.as_ref());
        let account = account
            .map(|id| listed_account_name(self.center, id).unwrap_or_else(|| id.to_string()));
        let name = self.profile.clone().unwrap_or_else(session_name);
        Segment { name, account, expiry: self.expiry(), now: self.now }
    }
}
