//! `StartDeviceAuthorization`: a code for a person to approve, on any device.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
use vestibule_types::{DeviceCode, StartUrl};
use vestibule_wire::{Endpoint, Malformed, Operation, Request, Response, Unsendable, rest_json};

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
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            client_id: &'a str,
            client_secret: &'a str,
            start_url: &'a StartUrl,
        }

        let body = Body {
            client_id: &self.registration.client_id,
            client_secret: self.registration.client_secret.expose(),
            start_url: self.start_url,
        };
        at.post("/device_authorization").json(&body).finish()
    }

    fn read(&self, response: &Response) -> Result<Verification, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            verification_uri: String,
            verification_uri_complete: Option<String>,
            user_code: HeaderSafe<String>,
            expires_in: u32,
            interval: Option<u32>,
            device_code: DeviceCode,
        }

        let expected = "a device code and where to approve it";
        let secrets = [self.registration.client_secret.expose()];
        let answer: Answer = rest_json::read(response, expected)
            .map_err(|error| Error::from_answer(error, &secrets))?;
        let malformed = || Error::Malformed(Malformed::new(response.status(), expected));
        let address = WebAddress::new(&answer.verification_uri).ok_or_else(malformed)?;
        let complete_address = answer.verification_uri_complete.as_deref();
        Ok(Verification {
            complete_address: complete_address
                .and_then(WebAddress::new)
                .unwrap_or_else(|| address.clone()),
            address,
            user_code: answer.user_code.0,
            expires_in: Duration::from_secs(answer.expires_in.into()),
            interval: answer
                .interval
                .map_or(DEFAULT_INTERVAL, |seconds| Duration::from_secs(seconds.max(1).into())),
            device_code: answer.device_code,
        })
    }
}
