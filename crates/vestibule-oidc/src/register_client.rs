//! `RegisterClient`: a client registration, valid for about 90 days.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>

use serde::{Deserialize, Deserializer, Serialize};
use vestibule_types::{ClientSecret, StartUrl, Timestamp};
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable, rest_json};

use crate::{Client, Error, Flow, RedirectUri, Registration};

/// Registers a client for one flow.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Debug)]
pub struct RegisterClient<'a> {
    /// Name, scopes and start URL.
    pub client: &'a Client,
    /// The flow that the client will use.
    pub flow: Flow,
}

impl RegisterClient<'_> {
    /// Returns the grant types to register: none for clients of inline start URLs.
    fn grant_types(&self) -> Vec<String> {
        match self.flow {
            Flow::DeviceCode if self.client.scopes.is_empty() => Vec::new(),
            flow => flow.grant_types().map(str::to_owned).into(),
        }
    }
}

impl Operation for RegisterClient<'_> {
    type Output = Registration;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            client_name: &'a str,
            client_type: &'static str,
            #[serde(skip_serializing_if = "<[String]>::is_empty")]
            scopes: &'a [String],
            #[serde(skip_serializing_if = "Option::is_none")]
            redirect_uris: Option<[String; 1]>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            grant_types: Vec<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            issuer_url: Option<&'a StartUrl>,
        }

        let has_redirect = self.flow == Flow::AuthorizationCode;
        let body = Body {
            client_name: &self.client.name,
            client_type: "public",
            scopes: &self.client.scopes,
            redirect_uris: has_redirect.then(|| [RedirectUri::registered()]),
            grant_types: self.grant_types(),
            issuer_url: has_redirect.then_some(&self.client.start_url),
        };
        at.post("/client/register").json(&body).finish()
    }

    fn read(&self, response: &Response) -> Result<Registration, Error> {
        #[derive(Deserialize)]
        struct RegistrationBody {
            #[serde(rename = "clientId")]
            id: String,
            #[serde(rename = "clientSecret")]
            secret: ClientSecret,
            #[serde(rename = "clientSecretExpiresAt", deserialize_with = "unix_seconds")]
            secret_expires_at: Timestamp,
        }

        let body: RegistrationBody =
            rest_json::read(response, "a client id, its secret and expiration")
                .map_err(|error| Error::from_answer(error, &[]))?;
        Ok(Registration::new(body.id, body.secret, body.secret_expires_at)
            .with_scopes(self.client.scopes.clone(), self.grant_types()))
    }
}

fn unix_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let seconds = i64::deserialize(deserializer)?;
    Timestamp::from_unix(seconds, 0).map_err(serde::de::Error::custom)
}
