use serde_json::{Value, json};
use vestibule::{
    Base, Configuration, IdentityCenter, NoTokenReason, Plan, Refresh, Timestamp, TokenStatus,
};

use super::{Report, state_cell};
use crate::app::App;
use crate::duration::{spell, until};
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;
use crate::quoting::shell_word;
use crate::table::Cell;

/// The state of an SSO session.
pub(super) struct CenterReport<'a> {
    center: &'a IdentityCenter,
    token: Result<TokenStatus, NoTokenReason>,
    /// Name of the role, and when its cached credentials expire.
    role: Option<(String, Option<Timestamp>)>,
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
        Self { center, token: center.status().token, role, now: center.now() }
    }
}

impl Report for CenterReport<'_> {
    fn exit(&self) -> Exit {
        match &self.token {
            Ok(token) if !token.is_expired => Exit::Done,
            Ok(TokenStatus { refresh: Refresh::Until(_), .. }) => Exit::Refreshable,
            Err(NoTokenReason::Never { .. }) => Exit::NeverSignedIn,
            _ => Exit::SignInNeeded,
        }
    }

    fn print(&self, app: &App<'_>) -> Result<(), Error> {
        let printer = &app.printer;
        let session = self.center.session();
        printer.result(&format!("session       {} ({})", session.label(), session.start_url))?;
        let token = match &self.token {
            Ok(token) if !token.is_expired => {
                let until = until(token.expires_at, self.now);
                format!("{}, expires at {until}", printer.tone(Tone::Good, "valid"))
            }
            Ok(token) => {
                format!("{} at {}", printer.tone(Tone::Warning, "expired"), token.expires_at)
            }
            Err(reason) => format!("{}: {reason}", printer.tone(Tone::Bad, "none")),
        };
        printer.result(&format!("access token  {token}"))?;
        if let Ok(token) = &self.token {
            printer.result(&match token.refresh {
                Refresh::Until(_) => {
                    "refresh       automatic until the portal session expires (length set by your \
                     administrator, 8 hours by default)"
                        .to_owned()
                }
                Refresh::Impossible(key) => format!("refresh       not possible: no usable {key}"),
            })?;
            if let Refresh::Until(end) = token.refresh {
                printer.result(&format!("registration  client registration expires at {end}"))?;
            }
        }
        if let Some((name, expires_at)) = &self.role {
            printer.result(&match expires_at {
                Some(end) if self.now < *end => {
                    format!(
                        "role          {name}, cached credentials expire at {}",
                        until(*end, self.now)
                    )
                }
                Some(end) => format!("role          {name}, cached credentials expired at {end}"),
                None => format!("role          {name}, no cached credentials"),
            })?;
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
        let token = match &self.token {
            Ok(token) if !token.is_expired => {
                format!("{} left", spell(token.expires_at.saturating_since(self.now)))
            }
            Ok(token) => format!("expired {}", token.expires_at),
            Err(_) => String::new(),
        };
        let refresh = match &self.token {
            Ok(TokenStatus { refresh: Refresh::Until(end), .. }) => end.to_string(),
            Ok(TokenStatus { refresh: Refresh::Impossible(_), .. }) => "not possible".to_owned(),
            Err(_) => String::new(),
        };
        let name = self.center.session().label();
        [name.into(), state_cell(self.exit()), token.into(), refresh.into()]
    }

    fn json(&self) -> Value {
        let session = self.center.session();
        let (state, expires_at, refreshable_until) = match &self.token {
            Ok(token) => {
                let state = if !token.is_expired {
                    "signedIn"
                } else if matches!(token.refresh, Refresh::Until(_)) {
                    "refreshable"
                } else {
                    "expired"
                };
                let until = match token.refresh {
                    Refresh::Until(end) => Some(end.to_string()),
                    Refresh::Impossible(_) => None,
                };
                (state, Some(token.expires_at.to_string()), until)
            }
            Err(NoTokenReason::Never { .. }) => ("never", None, None),
            Err(_) => ("signInNeeded", None, None),
        };
        let why = self.token.as_ref().err().map(ToString::to_string);
        let role = self.role.as_ref().map(
            |(name, end)| json!({ "role": name, "cachedUntil": end.map(|end| end.to_string()) }),
        );
        json!({
            "session": session.label(), "startUrl": session.start_url.as_str(),
            "region": session.region.as_str(), "state": state, "why": why,
            "expiresAt": expires_at, "refreshableUntil": refreshable_until,
            "roleCredentials": role,
        })
    }

    fn prompt(&self) -> String {
        let session = self.center.session();
        let name = match &session.name {
            Some(name) => name.as_str(),
            None => session.start_url.host().split('.').next().unwrap_or_default(),
        };
        match &self.token {
            Ok(token) if !token.is_expired => {
                let left = token.expires_at.saturating_since(self.now);
                format!("{name} {}m", left.as_secs() / 60)
            }
            Ok(TokenStatus { refresh: Refresh::Until(_), .. }) => format!("{name} ~"),
            _ => format!("{name} !"),
        }
    }
}
