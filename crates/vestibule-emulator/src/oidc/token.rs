//! `CreateToken`, with its three grants.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use vestibule_types::Timestamp;

use super::register::authenticate;
use super::{AUTHORIZATION_CODE, Code, DEVICE_CODE, Done, Members, REFRESH_TOKEN, Refusal};
use crate::answer;
use crate::config::Rotation;
use crate::pkce;
use crate::state::{Access, Client, Progress, Refresh, State};

/// What a token lasts that no refresh token comes with.
const LEGACY: Duration = Duration::from_secs(8 * 3600);
/// RFC 8628 §3.5.
const SLOWER_BY: Duration = Duration::from_secs(5);

pub(super) fn create(state: &mut State, members: &Members, now: Timestamp) -> Done {
    let client = authenticate(state, members, now)?;
    let grant_type = members.required("grantType")?;
    let grant = match grant_type {
        DEVICE_CODE => by_device,
        AUTHORIZATION_CODE => by_code,
        REFRESH_TOKEN => by_refresh,
        _ => {
            return Err(Refusal::new(Code::UnsupportedGrantType, "The grant is not supported"));
        }
    };
    if !client.may_use(grant_type) {
        return Err(Refusal::new(Code::UnauthorizedClient, "Registered for other grants only"));
    }
    grant(state, members, &client, now)
}

fn by_device(state: &mut State, members: &Members, client: &Arc<Client>, now: Timestamp) -> Done {
    let code = members.required("deviceCode")?;
    let device = state.devices.get_mut(code).filter(|device| device.client.id == client.id);
    let device =
        device.ok_or_else(|| Refusal::new(Code::InvalidGrant, "The device code is unknown"))?;
    if device.expires <= now {
        return Err(Refusal::new(Code::ExpiredToken, "The device code expired"));
    }
    let hurry = device.polled.is_some_and(|polled| now < polled + device.interval);
    device.polled = Some(now);
    if hurry {
        device.hurried += 1;
        // AWS's own CLI asks twice at once when it starts: before and after it shows the prompt.
        if 1 < device.hurried {
            device.interval += SLOWER_BY;
            return Err(Refusal::new(Code::SlowDown, "Asked again too soon"));
        }
    }
    let user = match &device.progress {
        Progress::Approved(user) => user.clone(),
        Progress::Pending => {
            return Err(Refusal::new(Code::AuthorizationPending, "The user has not decided yet"));
        }
        Progress::Denied => return Err(Refusal::new(Code::AccessDenied, "The user refused")),
        Progress::Spent => {
            return Err(Refusal::new(Code::InvalidGrant, "The device code was used"));
        }
    };
    device.progress = Progress::Spent;
    let session = state.open_session(&user, client, now);
    Ok(issue(state, &session, client, true, now))
}

fn by_code(state: &mut State, members: &Members, client: &Arc<Client>, now: Timestamp) -> Done {
    let (text, verifier) = (members.required("code")?, members.required("codeVerifier")?);
    let redirect_uri = members.required("redirectUri")?;
    let code = state.codes.get_mut(text).filter(|code| code.client.id == client.id);
    let code = code.ok_or_else(|| Refusal::new(Code::InvalidGrant, "The code is unknown"))?;
    if code.spent {
        return Err(Refusal::new(Code::InvalidGrant, "The code was used"));
    }
    if code.expires <= now {
        return Err(Refusal::new(Code::ExpiredToken, "The code expired"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(Refusal::new(Code::InvalidGrant, "redirectUri is not the one authorized"));
    }
    if !pkce::matches(verifier, &code.challenge) {
        return Err(Refusal::new(Code::InvalidGrant, "codeVerifier does not match the challenge"));
    }
    code.spent = true;
    let user = code.user.clone();
    let session = state.open_session(&user, client, now);
    Ok(issue(state, &session, client, true, now))
}

fn by_refresh(state: &mut State, members: &Members, client: &Arc<Client>, now: Timestamp) -> Done {
    let text = members.required("refreshToken")?;
    let token = state.refresh_tokens.get_mut(text).filter(|token| token.client.id == client.id);
    let token = token.ok_or_else(|| Refusal::new(Code::InvalidGrant, "The token is unknown"))?;
    let session = token.session.clone();
    let reused = token.spent;
    let rotation = state.config.rotation;
    let single_use = matches!(rotation, Rotation::SingleUse | Rotation::ReuseEndsSession);
    token.spent |= single_use;
    if reused {
        if rotation == Rotation::ReuseEndsSession {
            state.revoke(Some(&session), now);
        }
        return Err(Refusal::new(Code::InvalidGrant, "The token was used"));
    }
    if !state.sessions.get(&session).is_some_and(|session| session.is_live(now)) {
        return Err(Refusal::new(Code::InvalidGrant, "The session is over"));
    }
    Ok(issue(state, &session, client, rotation != Rotation::Unchanged, now))
}

/// Tokens of a session. Only a client with scopes can refresh; others get one long token.
fn issue(
    state: &mut State,
    session: &str,
    client: &Arc<Client>,
    with_refresh: bool,
    now: Timestamp,
) -> vestibule_wire::Response {
    let refreshable = !client.scopes.is_empty() && client.may_use(REFRESH_TOKEN);
    let lifetime = if client.scopes.is_empty() { LEGACY } else { state.config.access_token };
    let left = state
        .sessions
        .get(session)
        .map_or(Duration::ZERO, |session| session.until.saturating_since(now));
    let lifetime = lifetime.min(left);
    let access_token = state.mint.secret("aoaAAAAAG", 96);
    let access = Access { session: session.to_owned(), expires: now + lifetime };
    state.access_tokens.insert(access_token.clone(), access);
    let mut body = json!({
        "accessToken": access_token,
        "tokenType": "Bearer",
        "expiresIn": lifetime.as_secs(),
    });
    if refreshable && with_refresh {
        let refresh_token = state.mint.secret("aorAAAAAG", 96);
        body["refreshToken"] = refresh_token.as_str().into();
        let session = session.to_owned();
        let refresh = Refresh { session, client: client.clone(), spent: false };
        state.refresh_tokens.insert(refresh_token, refresh);
    }
    answer::json(StatusCode::OK, &body)
}
