//! The state of a session in words, exit codes and JSON: the same for `status` and `explain`.

use serde_json::{Value, json};
use vestibule::providers::Role;
use vestibule::{
    CachedCredentials, NotRefreshable, PortalSession, SessionState, Status, Timestamp,
};
use vestibule_types::with_causes;

use crate::exit::Exit;
use crate::local_time::{time, until};
use crate::printer::Tone;
use crate::table::Cell;

pub(super) fn exit(status: &Status) -> Exit {
    match &status.state {
        Ok(SessionState::Valid { .. }) => Exit::Done,
        Ok(SessionState::Refreshable { .. }) => Exit::Refreshable,
        Ok(SessionState::NeverSignedIn) => Exit::NeverSignedIn,
        Ok(_) => Exit::SignInNeeded,
        Err(_) => Exit::Failed,
    }
}

/// Returns true if the user has to sign in.
pub(super) fn needs_sign_in(status: &Status) -> bool {
    status.state.as_ref().is_ok_and(SessionState::needs_sign_in)
}

/// Describes the access token, or the credentials of a console login.
pub(super) fn token(status: &Status, now: Timestamp) -> (String, Tone) {
    match &status.state {
        Ok(SessionState::Valid { expires_at, .. }) => {
            (format!("expires at {}", until(*expires_at, now)), Tone::Good)
        }
        Ok(SessionState::Refreshable { expired_at }) => {
            (format!("expired at {}", time(*expired_at)), Tone::Warning)
        }
        Ok(SessionState::Expired { expired_at, .. }) => {
            (format!("expired at {}", time(*expired_at)), Tone::Bad)
        }
        Ok(SessionState::NeverSignedIn) => ("none: not signed in".to_owned(), Tone::Bad),
        Ok(state) => {
            let reason = reason(state)
                .unwrap_or_else(|| "the session has expired or was revoked".to_owned());
            (format!("none: {reason}"), Tone::Bad)
        }
        Err(error) => (with_causes(error), Tone::Bad),
    }
}

/// Describes the refresh of the token; `None` if there is no token.
pub(super) fn refresh(status: &Status) -> Option<(String, Tone)> {
    Some(match status.state.as_ref().ok()? {
        SessionState::Valid { refresh: Ok(()), .. } | SessionState::Refreshable { .. } => {
            ("automatic until the session expires".to_owned(), Tone::Good)
        }
        SessionState::Valid { refresh: Err(reason), .. } => (not_possible(reason), Tone::Warning),
        SessionState::Expired { reason, .. } => (not_possible(reason), Tone::Bad),
        _ => return None,
    })
}

fn not_possible(reason: &NotRefreshable) -> String {
    format!("not possible: {}", reason.message(time))
}

/// Returns the reason for a state, with local times.
fn reason(state: &SessionState) -> Option<String> {
    match state {
        SessionState::Expired { reason, .. } | SessionState::Valid { refresh: Err(reason), .. } => {
            Some(reason.message(time))
        }
        state => state.reason(),
    }
}

/// Describes the portal session in three lines; its expiration is always an estimate.
pub(super) fn portal_session(session: &PortalSession, now: Timestamp) -> [String; 3] {
    let basis =
        if session.is_learned { "as earlier sessions did" } else { "8 hours, AWS's default" };
    let end = session.estimated_expiration;
    let end = if now < end {
        format!("expires at {}", until(end, now))
    } else {
        format!("was expected to expire at {}", time(end))
    };
    [format!("began at {}", time(session.began_at)), end, format!("(an estimate: {basis})")]
}

/// Returns name and account of a role to assume: `deploy in 111122223333`.
pub(super) fn assumed_role(role: &Role) -> String {
    let arn = role.arn.value.as_str();
    match (arn.split_once(":role/"), role.arn.value.account_id()) {
        (Some((_, name)), Some(account)) => format!("{name} in {account}"),
        _ => arn.to_owned(),
    }
}

/// Describes the cached credentials of a profile whose session has this status.
pub(super) fn cached_credentials(
    cached: CachedCredentials,
    status: Option<&Status>,
    now: Timestamp,
) -> String {
    let is_too_short = !cached.suffices_without_token && status.is_some_and(needs_sign_in);
    match cached.expires_at {
        Some(end) if now < end && is_too_short => {
            format!("cached, expire at {}: too short to be used without a sign-in", until(end, now))
        }
        Some(end) if now < end => format!("cached, expire at {}", until(end, now)),
        Some(end) => format!("cached, expired at {}", time(end)),
        None => "none cached".to_owned(),
    }
}

/// Returns the name of the state for programs, and the reason for it, with times in UTC.
fn state_and_reason(status: &Status) -> (&'static str, Option<String>) {
    match &status.state {
        Ok(state @ SessionState::Valid { .. }) => ("signedIn", state.reason()),
        Ok(state) => (state.as_str(), state.reason()),
        Err(error) => ("unreadable", Some(with_causes(error))),
    }
}

/// Returns the state and the reason for it, for a row of `list-sessions`: in words, or as in [`json`].
pub(super) fn summary(status: &Status, is_json: bool) -> (String, String) {
    match &status.state {
        Ok(state) if !is_json => (state.to_string(), reason(state).unwrap_or_default()),
        _ => {
            let (state, reason) = state_and_reason(status);
            (state.to_owned(), reason.unwrap_or_default())
        }
    }
}

pub(super) fn json(status: &Status) -> Value {
    let (state, reason) = state_and_reason(status);
    let known = status.state.as_ref().ok();
    let can_refresh = matches!(
        known,
        Some(SessionState::Valid { refresh: Ok(()), .. } | SessionState::Refreshable { .. })
    );
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "session": status.session,
        "state": state,
        "reason": reason,
        "expiresAt": text(known.and_then(SessionState::expires_at)),
        "refreshable": can_refresh,
        "clientRegistrationExpiresAt": text(status.registration_expires_at),
        "portalSession": status.portal_session.map(|session| json!({
            "beganAt": session.began_at.to_string(),
            "estimatedExpiration": session.estimated_expiration.to_string(),
            "learnt": session.is_learned,
        })),
        "missingScopes": status.missing_scopes,
    })
}

/// Returns the state as a cell of a table.
pub(super) fn cell(status: &Status) -> Cell {
    match &status.state {
        Ok(state @ SessionState::Valid { .. }) => Cell::toned(state.to_string(), Tone::Good),
        Ok(state @ SessionState::Refreshable { .. }) => {
            Cell::toned(state.to_string(), Tone::Warning)
        }
        Ok(state @ SessionState::NeverSignedIn) => Cell::toned(state.to_string(), Tone::Quiet),
        Ok(state) => Cell::toned(state.to_string(), Tone::Bad),
        Err(_) => Cell::toned("unreadable", Tone::Bad),
    }
}
