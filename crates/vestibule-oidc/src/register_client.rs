//! `RegisterClient`: an identity for a program, good for some 90 days.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>

use serde::{Deserialize, Serialize};
use vestibule_types::{ClientSecret, Timestamp};
use vestibule_wire::{Endpoint, Malformed, Operation, Request, Response, Unsendable, rest_json};

use crate::{Client, Error, Flow, RedirectUri, Registration};

/// Registers a client for one flow.
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
#[derive(Debug)]
pub struct RegisterClient<'a> {
    /// Name, scopes and start URL.
    pub client: &'a Client,
    /// How it is going to ask for tokens.
    pub flow: Flow,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_name: &'a str,
    client_type: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    scopes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    grant_types: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer_url: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "clientId")]
    id: String,
    #[serde(rename = "clientSecret")]
    secret: String,
    #[serde(rename = "clientSecretExpiresAt")]
    secret_expires_at: i64,
}

impl RegisterClient<'_> {
    /// A client of the older style asks for nothing and is told nothing of grants.
    fn grant_types(&self) -> &'static [&'static str] {
        match self.flow {
            Flow::DeviceCode if self.client.scopes.is_empty() => &[],
            Flow::DeviceCode => const { &Flow::DeviceCode.grant_types() },
            Flow::AuthorizationCode => const { &Flow::AuthorizationCode.grant_types() },
        }
    }
}

impl Operation for RegisterClient<'_> {
    type Output = Registration;
    type Error = Error;

    fn request(&self, at: &Endpoint) -> Result<Request, Unsendable> {
        let redirects = self.flow == Flow::AuthorizationCode;
        at.post("/client/register")
            .json(&Body {
                client_name: &self.client.name,
                client_type: "public",
                scopes: &self.client.scopes,
                redirect_uris: redirects.then(RedirectUri::registered).into_iter().collect(),
                grant_types: self.grant_types(),
                issuer_url: redirects.then_some(self.client.start_url.as_str()),
            })
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Registration, Error> {
        let expected = "a client id, its secret and expiry";
        let answer: Answer =
            rest_json::read(response, expected).map_err(|error| Error::from_answer(error, &[]))?;
        let malformed = || Error::Malformed(Malformed::new(response.status(), expected));
        let expires_at =
            Timestamp::from_unix(answer.secret_expires_at, 0).map_err(|_| malformed())?;
        if answer.id.is_empty() || answer.secret.is_empty() {
            return Err(malformed());
        }
        let secret = ClientSecret::new(answer.secret);
        let grant_types = self.grant_types().iter().map(|&grant| grant.to_owned()).collect();
        Ok(Registration::new(answer.id, secret, expires_at)
            .with_terms(self.client.scopes.clone(), grant_types))
    }
}
