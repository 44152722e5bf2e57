//! `StartDeviceAuthorization`: a code for a person to approve, on any device.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>

use std::time::Duration;

use vestibule_json::{Unreadable, Value};
use vestibule_types::{DeviceCode, StartUrl};
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable, rest_json};

use crate::{Error, Registration, WebAddress};

/// The interval between questions where the service names none (RFC 8628 §3.2).
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// Begins a device authorization.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Debug)]
pub struct StartDeviceAuthorization<'a> {
    /// Who asks.
    pub registration: &'a Registration,
    /// The portal to sign in to.
    pub start_url: &'a StartUrl,
}

/// What to show to the person, and for how long it holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verification {
    /// Where to type the code.
    pub address: WebAddress,
    /// The same with the code filled in.
    pub complete_address: WebAddress,
    /// What to compare or type.
    pub user_code: String,
    /// For how long the code can be approved.
    pub expires_in: Duration,
    /// How often to ask whether it was.
    pub(crate) interval: Duration,
    pub(crate) device_code: DeviceCode,
}

impl Operation for StartDeviceAuthorization<'_> {
    type Output = Verification;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        at.post("/device_authorization")
            .json(&[
                ("clientId", Value::Text(&self.registration.client_id)),
                ("clientSecret", Value::Text(self.registration.client_secret.expose())),
                ("startUrl", Value::Text(self.start_url.as_str())),
            ])
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Verification, Error> {
        let secrets = [self.registration.client_secret.expose()];
        rest_json::read(response, "a device code and where to approve it", |answer| {
            let seconds = "a number of seconds";
            let (key, expected) = ("verificationUri", "a web address");
            let address = WebAddress::new(&answer.required_text(key)?)
                .ok_or(Unreadable::Wrong { key, expected })?;
            let complete_address = answer.text("verificationUriComplete")?;
            let interval: Option<u32> = answer.number("interval", seconds)?;
            let expires_in: u32 = answer.required_number("expiresIn", seconds)?;
            Ok(Verification {
                complete_address: complete_address
                    .and_then(|address| WebAddress::new(&address))
                    .unwrap_or_else(|| address.clone()),
                address,
                user_code: answer.required_printable("userCode")?,
                expires_in: Duration::from_secs(expires_in.into()),
                interval: interval
                    .map_or(DEFAULT_INTERVAL, |seconds| Duration::from_secs(seconds.max(1).into())),
                device_code: DeviceCode::new(answer.required_text("deviceCode")?),
            })
        })
        .map_err(|error| Error::from_answer(error, &secrets))
    }
}
