//! `StartDeviceAuthorization`: a code that the user approves on any device.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
use vestibule_types::{DeviceCode, StartUrl};
use vestibule_wire::{Endpoint, Malformed, Operation, Request, Response, Unsendable, rest_json};

use crate::{Error, Registration, WebAddress};

/// The polling interval if the response has none (RFC 8628 §3.2).
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// Starts a device authorization.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Debug)]
pub struct StartDeviceAuthorization<'a> {
    /// The client registration.
    pub registration: &'a Registration,
    /// The start URL of the portal.
    pub start_url: &'a StartUrl,
}

/// The code and address to show to the user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verification {
    /// The page for the code.
    pub address: WebAddress,
    /// The same page with the code filled in.
    pub complete_address: WebAddress,
    /// The code.
    pub user_code: String,
    /// The lifetime of the code.
    pub expires_in: Duration,
    /// The polling interval.
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
        struct VerificationBody {
            verification_uri: String,
            verification_uri_complete: Option<String>,
            user_code: HeaderSafe<String>,
            expires_in: u32,
            interval: Option<u32>,
            device_code: DeviceCode,
        }

        let expected = "a device code and a page to approve it";
        let secrets = [self.registration.client_secret.expose()];
        let body: VerificationBody = rest_json::read(response, expected)
            .map_err(|error| Error::from_answer(error, &secrets))?;
        let malformed = || Error::Malformed(Malformed::new(response.status(), expected));
        let address = WebAddress::new(&body.verification_uri).ok_or_else(malformed)?;
        let complete_address = body.verification_uri_complete.as_deref();
        Ok(Verification {
            complete_address: complete_address
                .and_then(WebAddress::new)
                .unwrap_or_else(|| address.clone()),
            address,
            user_code: body.user_code.0,
            expires_in: Duration::from_secs(body.expires_in.into()),
            interval: body
                .interval
                .map_or(DEFAULT_INTERVAL, |seconds| Duration::from_secs(seconds.max(1).into())),
            device_code: body.device_code,
        })
    }
}
