//! `StartDeviceAuthorization`: a code that the user approves on any device.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>

use std::time::Duration;

use serde::{Deserialize, Serialize};
use vestibule_types::json::HeaderSafe;
use vestibule_types::{DeviceCode, StartUrl};
use vestibule_wire::{
    Endpoint, MalformedResponse, Operation, Request, RequestError, Response, rest_json,
};

use crate::{Error, Registration, WebAddress};

/// The polling interval if the response has none (RFC 8628 §3.2).
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);

/// Limits of what is shown to the user; AWS sends codes of nine characters.
const MAX_USER_CODE: usize = 64;
const MAX_ADDRESS: usize = 2048;

/// The operation that starts a device authorization.
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

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
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
        endpoint.post("/device_authorization").json(&body).finish()
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
            .map_err(|error| Error::from_response(error, &secrets))?;
        let malformed = || Error::from(MalformedResponse::new(response.status(), expected));
        if MAX_USER_CODE < body.user_code.0.len() || MAX_ADDRESS < body.verification_uri.len() {
            return Err(malformed());
        }
        let address = WebAddress::new(&body.verification_uri).ok_or_else(malformed)?;
        let complete_address = body.verification_uri_complete.as_deref();
        Ok(Verification {
            complete_address: complete_address
                .filter(|address| address.len() <= MAX_ADDRESS)
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use vestibule_types::{ClientSecret, Timestamp};

    use super::*;
    use crate::ErrorKind;

    fn read(user_code: &str, uri: &str, complete: &str) -> Result<Verification, Error> {
        let body = format!(
            r#"{{"deviceCode": "hidden", "userCode": "{user_code}", "verificationUri": "{uri}",
                "verificationUriComplete": "{complete}", "expiresIn": 600}}"#
        );
        let registration = Registration::new("id", ClientSecret::new("s"), Timestamp::EPOCH);
        let start_url = StartUrl::new("https://org.awsapps.com/start").unwrap();
        StartDeviceAuthorization { registration: &registration, start_url: &start_url }
            .read(&http::Response::new(Bytes::from(body)))
    }

    #[test]
    fn response_without_interval_is_polled_every_five_seconds() {
        let verification = read("ABCD-EFGH", "https://d.test/", "https://d.test/?c=1").unwrap();
        assert_eq!(verification.interval, Duration::from_secs(5));
        assert_eq!(verification.expires_in, Duration::from_secs(600));
        assert_eq!(verification.complete_address.as_str(), "https://d.test/?c=1");
    }

    #[test]
    fn overlong_or_unprintable_code_and_address_are_errors() {
        let long = format!("https://d.test/{}", "a".repeat(2048));
        assert!(read(&"A".repeat(64), "https://d.test/", "").is_ok());
        assert!(read("ABCD-EFGH", &long[..2048], "").is_ok());
        for (code, uri) in [
            (&*"A".repeat(65), "https://d.test/"),
            ("ABCD-EFGH", &long[..2049]),
            ("A\\u001bB", "https://d.test/"),
            ("A\\u202eB", "https://d.test/"),
            ("ABCD-EFGH", &long),
            ("ABCD-EFGH", "javascript:alert(1)"),
        ] {
            assert_eq!(
                read(code, uri, "").unwrap_err().kind(),
                ErrorKind::Malformed,
                "{code} {uri}"
            );
        }
        let plain = read("ABCD-EFGH", "https://d.test/", &long).unwrap();
        assert_eq!(plain.complete_address.as_str(), "https://d.test/");
    }
}
