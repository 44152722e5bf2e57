//! Device authorizations, and `StartDeviceAuthorization`.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use vestibule_types::{Timestamp, printable_short};

use super::client::{Client, DEVICE_CODE};
use super::error::{ErrorCode, ErrorResponse, Result};
use super::members::Members;
use crate::error::{Error, ErrorKind};
use crate::origin::Origin;
use crate::response;
use crate::shared::Shared;
use crate::table::Table;

// The values that AWS returns.
const EXPIRES_IN: Duration = Duration::from_secs(600);
const INTERVAL: Duration = Duration::from_secs(1);
/// The increment of the interval after `slow_down` (RFC 8628 §3.5).
const SLOW_DOWN_BY: Duration = Duration::from_secs(5);

/// A device authorization.
pub(crate) struct Device {
    pub(crate) client: Arc<Client>,
    pub(crate) user_code: String,
    pub(crate) expires: Timestamp,
    interval: Duration,
    last_poll: Option<Timestamp>,
    /// The number of polls that came before the interval had passed.
    early_polls: u32,
    state: DeviceState,
}

/// The state of a device authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeviceState {
    Pending,
    /// Approved by this user.
    Approved(String),
    Denied,
    /// The device code was exchanged for a token.
    Used,
}

impl Device {
    fn is_pending(&self, now: Timestamp) -> bool {
        self.state == DeviceState::Pending && now < self.expires
    }

    /// Exchanges the device code: returns the user who approved it.
    fn exchange(&mut self, now: Timestamp) -> Result<String> {
        if self.expires <= now {
            return Err(ErrorResponse::new(ErrorCode::ExpiredToken, "The device code expired"));
        }
        let is_early = self.last_poll.is_some_and(|last| now < last + self.interval);
        self.last_poll = Some(now);
        if is_early {
            self.early_polls += 1;
            // One early poll is allowed: the AWS CLI polls twice when it starts, before and
            // after it shows the code.
            if 1 < self.early_polls {
                self.interval += SLOW_DOWN_BY;
                return Err(ErrorResponse::new(ErrorCode::SlowDown, "Polled again too soon"));
            }
        }
        match &self.state {
            DeviceState::Approved(user) => {
                let user = user.clone();
                self.state = DeviceState::Used;
                Ok(user)
            }
            DeviceState::Pending => {
                let description = "The user has not decided yet";
                Err(ErrorResponse::new(ErrorCode::AuthorizationPending, description))
            }
            DeviceState::Denied => {
                Err(ErrorResponse::new(ErrorCode::AccessDenied, "The user denied the request"))
            }
            DeviceState::Used => Err(ErrorResponse::invalid_grant("The device code was used")),
        }
    }
}

/// The device authorizations, by device code.
#[derive(Default)]
pub(crate) struct Devices(Table<Device>);

impl Devices {
    pub(super) fn start(
        &mut self,
        shared: &mut Shared,
        client: Arc<Client>,
        members: &Members,
        origin: &Origin,
        now: Timestamp,
    ) -> Result {
        client.require(DEVICE_CODE)?;
        let Shared { settings, tokens, .. } = shared;
        if !settings.is_start_url(members.required("startUrl")?) {
            return Err(ErrorResponse::invalid_request("startUrl is unknown"));
        }
        let state = match settings.user(None) {
            Some(user) if settings.auto_approve => DeviceState::Approved(user.to_owned()),
            _ => DeviceState::Pending,
        };
        let device_code = tokens.secret("", 96);
        let user_code = tokens.user_code();
        let uri = origin.verification_uri();
        let body = json!({
            "deviceCode": device_code,
            "userCode": user_code,
            "verificationUri": uri,
            "verificationUriComplete": format!("{uri}?user_code={user_code}"),
            "expiresIn": EXPIRES_IN.as_secs(),
            "interval": INTERVAL.as_secs(),
        });
        let device = Device {
            client,
            user_code,
            expires: now + EXPIRES_IN,
            interval: INTERVAL,
            last_poll: None,
            early_polls: 0,
            state,
        };
        self.0.insert(device_code, device);
        Ok(response::json(StatusCode::OK, &body))
    }

    /// Exchanges a device code of a client: returns the user who approved it.
    pub(super) fn exchange(
        &mut self,
        code: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<String> {
        let device = self.0.get_mut(code).filter(|device| device.client.id == client.id);
        let unknown = || ErrorResponse::invalid_grant("The device code is unknown");
        device.ok_or_else(unknown)?.exchange(now)
    }

    /// Returns the device authorizations that wait for a user, the oldest first.
    pub(crate) fn pending(&self, now: Timestamp) -> impl Iterator<Item = &Device> {
        self.0.iter().map(|(_, device)| device).filter(move |device| device.is_pending(now))
    }

    /// Returns the pending device authorization of a user code, however it was typed.
    pub(super) fn pending_with_code(&self, user_code: &str, now: Timestamp) -> Option<&Device> {
        self.pending(now).find(|device| is_same_code(&device.user_code, user_code))
    }

    /// Approves or denies the pending device authorization of a user code.
    pub(crate) fn decide(
        &mut self,
        user_code: &str,
        decision: &DeviceState,
        now: Timestamp,
    ) -> std::result::Result<(), Error> {
        let mut devices = self.0.values_mut();
        let pending = devices
            .find(|device| device.is_pending(now) && is_same_code(&device.user_code, user_code));
        let device = pending.ok_or_else(|| {
            let code = printable_short(user_code, 20);
            let message = format!("no pending sign-in request has the user code `{code}`");
            Error::new(ErrorKind::UnknownUserCode, message)
        })?;
        device.state = decision.clone();
        Ok(())
    }

    pub(super) fn remove_expired(&mut self, is_expired: impl Fn(Timestamp) -> bool) {
        self.0.remove_expired(|device| is_expired(device.expires));
    }
}

/// Returns whether the user typed this code, perhaps without the dash or in lower case.
fn is_same_code(code: &str, typed: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect::<String>()
    };
    letters(code) == letters(typed)
}
