//! `StartDeviceAuthorization`.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>

use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use vestibule_types::Timestamp;

use super::register::authenticate;
use super::{Code, DEVICE_CODE, Done, Members, Refusal};
use crate::answer;
use crate::route::Place;
use crate::state::{Device, Progress, State};

/// What the service has been seen to give.
const EXPIRES_IN: Duration = Duration::from_secs(600);
const INTERVAL: Duration = Duration::from_secs(1);

pub(super) fn start(state: &mut State, members: &Members, place: &Place, now: Timestamp) -> Done {
    let client = authenticate(state, members, now)?;
    if !client.may_use(DEVICE_CODE) {
        return Err(Refusal::new(Code::UnauthorizedClient, "Registered for other grants only"));
    }
    if !state.config.is_start_url(members.required("startUrl")?) {
        return Err(Refusal::new(Code::InvalidRequest, "startUrl is unknown"));
    }
    let progress = match state.config.user(None) {
        Some(user) if state.config.auto_approve => Progress::Approved(user.to_owned()),
        _ => Progress::Pending,
    };
    let device_code = state.mint.secret("", 96);
    let user_code = state.mint.user_code();
    let uri = place.verification_uri();
    let body = json!({
        "deviceCode": device_code,
        "userCode": user_code,
        "verificationUri": uri,
        "verificationUriComplete": format!("{uri}?user_code={user_code}"),
        "expiresIn": EXPIRES_IN.as_secs(),
        "interval": INTERVAL.as_secs(),
    });
    let expires = now + EXPIRES_IN;
    let device = Device {
        client,
        user_code,
        expires,
        interval: INTERVAL,
        polled: None,
        hurried: 0,
        progress,
    };
    state.devices.insert(device_code, device);
    Ok(answer::json(StatusCode::OK, &body))
}
