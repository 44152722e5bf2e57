//! Key pairs, and signed requests to STS.

use hmac_sha256::{HMAC, Hash};
use vestibule_emulator::Emulator;
use vestibule_wire::{Request, Response, percent_encode};
use vestibule_world::Clock as _;

use crate::client::send;

pub(crate) const HOST: &str = "sts.us-east-1.amazonaws.com";
pub(crate) const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl Keys {
    pub(crate) fn lasting(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: secret.into(), token: None }
    }

    /// Returns the credentials in a response of STS.
    #[track_caller]
    pub(crate) fn of_xml(response: &str) -> Self {
        Self {
            id: element(response, "AccessKeyId").to_owned(),
            secret: element(response, "SecretAccessKey").to_owned(),
            token: Some(element(response, "SessionToken").to_owned()),
        }
    }

    /// Sends a signed request to STS.
    pub(crate) fn send(&self, emulator: &Emulator, body: &str) -> String {
        let at = emulator.clock().now().compact();
        text(&send(emulator, signed(self, &at, "us-east-1", "sts", body)))
    }

    /// Returns the ARN that STS has for the keys.
    pub(crate) fn arn(&self, emulator: &Emulator) -> String {
        element(&self.send(emulator, IDENTITY), "Arn").to_owned()
    }
}

/// Signs a request with a fixed set of headers.
pub(crate) fn signed(keys: &Keys, at: &str, region: &str, service: &str, body: &str) -> Request {
    let day = &at[..8];
    let token = keys.token.as_deref();
    let (more, names) = match token {
        Some(token) => {
            (format!("x-amz-security-token:{token}\n"), "host;x-amz-date;x-amz-security-token")
        }
        None => (String::new(), "host;x-amz-date"),
    };
    let hash = hex(&Hash::hash(body.as_bytes()));
    let canonical = format!("POST\n/\n\nhost:{HOST}\nx-amz-date:{at}\n{more}\n{names}\n{hash}");
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text =
        format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hex(&Hash::hash(canonical.as_bytes())));
    let mut key = format!("AWS4{}", keys.secret).into_bytes();
    for part in [day, region, service, "aws4_request"] {
        key = HMAC::mac(part, key).to_vec();
    }
    let signature = hex(&HMAC::mac(text, key));
    let id = &keys.id;
    let mut request = http::Request::post(format!("https://{HOST}/"))
        .header("x-amz-date", at)
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("authorization", {
            format!(
                "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
            )
        });
    if let Some(token) = token {
        request = request.header("x-amz-security-token", token);
    }
    request.body(body.to_owned().into()).unwrap()
}

/// Returns a form with an action and its parameters.
pub(crate) fn action(name: &str, parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| format!("&{name}={}", percent_encode(value)));
    format!("Action={name}&Version=2011-06-15{}", pairs.collect::<String>())
}

/// Sends an unsigned request to STS.
pub(crate) fn send_unsigned(emulator: &Emulator, body: &str) -> String {
    let request = http::Request::post(format!("https://{HOST}/")).body(body.to_owned().into());
    text(&send(emulator, request.unwrap()))
}

/// Returns the status and the body.
pub(crate) fn text(response: &Response) -> String {
    format!("{} {}", response.status().as_u16(), String::from_utf8_lossy(response.body()))
}

/// Returns the text of an element.
#[track_caller]
pub(crate) fn element<'a>(response: &'a str, name: &str) -> &'a str {
    let element = response.split_once(&format!("<{name}>"));
    let text = element.and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    text.unwrap_or_else(|| panic!("no {name} in {response}")).0
}

#[track_caller]
pub(crate) fn assert_contains(response: &str, parts: &[&str]) {
    for part in parts {
        assert!(response.contains(part), "{part} is not in {response}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
