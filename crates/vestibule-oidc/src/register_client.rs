//! `RegisterClient`: a client registration, valid for about 90 days.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>

use serde::{Deserialize, Deserializer, Serialize};
use vestibule_types::{ClientSecret, StartUrl, Timestamp};
use vestibule_wire::{Endpoint, Operation, Request, RequestError, Response, rest_json};

use crate::{Client, Error, Flow, RedirectUri, Registration};

/// The operation that registers a client for one flow.
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

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
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
        endpoint.post("/client/register").json(&body).finish()
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
                .map_err(|error| Error::from_response(error, &[]))?;
        Ok(Registration::new(body.id, body.secret, body.secret_expires_at)
            .with_scopes(self.client.scopes.clone(), self.grant_types()))
    }
}

fn unix_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let seconds = i64::deserialize(deserializer)?;
    Timestamp::from_unix(seconds, 0).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// Returns the request body, and the registration that a response becomes.
    fn register(flow: Flow, scopes: &[&str]) -> (String, Registration) {
        let endpoint = Endpoint::parse("https://oidc.test", None).unwrap();
        let client = Client {
            endpoint: endpoint.clone(),
            name: "vestibule-client-my-sso".to_owned(),
            start_url: StartUrl::new("https://org.awsapps.com/start").unwrap(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            registration: None,
        };
        let operation = RegisterClient { client: &client, flow };
        let request = operation.request(&endpoint).unwrap();
        let body = r#"{"clientId": "id", "clientSecret": "s", "clientSecretExpiresAt": 86400}"#;
        let response = http::Response::new(Bytes::from_static(body.as_bytes()));
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        (body.replace(' ', ""), operation.read(&response).unwrap())
    }

    #[test]
    fn device_client_registers_its_grants_and_no_redirect() {
        let (body, registration) = register(Flow::DeviceCode, &["sso:account:access"]);
        assert_eq!(
            body,
            r#"{"clientName":"vestibule-client-my-sso","clientType":"public","scopes":["sso:account:access"],"grantTypes":["urn:ietf:params:oauth:grant-type:device_code","refresh_token"]}"#
        );
        assert_eq!(registration.grant_types, Flow::DeviceCode.grant_types());
        assert_eq!(registration.scopes, ["sso:account:access"]);
        assert_eq!(registration.expires_at.unix_seconds(), 86_400);
    }

    #[test]
    fn code_client_registers_redirect_and_issuer() {
        let (body, registration) = register(Flow::AuthorizationCode, &["sso:account:access"]);
        assert!(body.contains(r#""redirectUris":["http://127.0.0.1/oauth/callback"]"#), "{body}");
        assert!(body.contains(r#""grantTypes":["authorization_code","refresh_token"]"#), "{body}");
        assert!(body.contains(r#""issuerUrl":"https://org.awsapps.com/start""#), "{body}");
        assert_eq!(registration.grant_types, Flow::AuthorizationCode.grant_types());
    }

    #[test]
    fn client_of_an_inline_start_url_registers_no_scopes_and_grants() {
        let (body, registration) = register(Flow::DeviceCode, &[]);
        assert_eq!(body, r#"{"clientName":"vestibule-client-my-sso","clientType":"public"}"#);
        assert!(registration.grant_types.is_empty() && registration.scopes.is_empty());
    }
}
