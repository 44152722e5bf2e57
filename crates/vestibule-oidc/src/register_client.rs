//! `RegisterClient`: an identity for a program, good for some 90 days.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>

use vestibule_json::{Unreadable, Value};
use vestibule_types::{ClientSecret, Timestamp};
use vestibule_wire::{Endpoint, Operation, Request, Response, Unsendable, rest_json};

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

impl RegisterClient<'_> {
    /// A client of the older style asks for nothing and is told nothing of grants.
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
        let redirects = self.flow == Flow::AuthorizationCode;
        let redirect_uris: Vec<_> = redirects.then(RedirectUri::registered).into_iter().collect();
        let issuer_url = redirects.then_some(self.client.start_url.as_str());
        at.post("/client/register")
            .json(&[
                ("clientName", Value::Text(&self.client.name)),
                ("clientType", Value::Text("public")),
                ("scopes", Value::texts_if_any(&self.client.scopes)),
                ("redirectUris", Value::texts_if_any(&redirect_uris)),
                ("grantTypes", Value::texts_if_any(&self.grant_types())),
                ("issuerUrl", issuer_url.into()),
            ])
            .finish()
    }

    fn read(&self, response: &Response) -> Result<Registration, Error> {
        rest_json::read(response, "a client id, its secret and expiry", |answer| {
            let (key, expected) = ("clientSecretExpiresAt", "a point in time");
            let at = Timestamp::from_unix(answer.required_number(key, expected)?, 0);
            let at = at.map_err(|_| Unreadable::Wrong { key, expected })?;
            let secret = ClientSecret::new(answer.required_text("clientSecret")?);
            Ok(Registration::new(answer.required_text("clientId")?, secret, at)
                .with_terms(self.client.scopes.clone(), self.grant_types()))
        })
        .map_err(|error| Error::from_answer(error, &[]))
    }
}
