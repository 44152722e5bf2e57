//! Suite `service-responses`: what the operations return for responses, most of which are hostile.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use vestibule_console_login as console_login;
use vestibule_eks::DescribeCluster;
use vestibule_federation::GetSigninToken;
use vestibule_oidc::{CreateToken, CreateTokenWithIam, Grant, IamGrant};
use vestibule_portal::{GetRoleCredentials, ListAccountRoles, ListAccounts};
use vestibule_sts::{
    AssumeRole, AssumeRoleWithSaml, AssumeRoleWithWebIdentity, GetCallerIdentity, GetSessionToken,
};
use vestibule_types::{
    AccessToken, AccountId, ClientSecret, RefreshToken, RoleArn, RoleName, RoleSessionName, Secret,
    SecretAccessKey, SessionToken,
};
use vestibule_wire::{Operation, Response};

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    /// The operation that gets the response; all of them if it is absent.
    operation: Option<String>,
    /// The secret in the request, for the operations that send one.
    #[serde(default)]
    sent_token: String,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: String,
    /// The number of times that the body is repeated.
    #[serde(default = "once")]
    times: usize,
    result: Outcome,
}

const fn once() -> usize {
    1
}

#[derive(Deserialize)]
enum Outcome {
    /// Members of the output, which is not compared if there are none.
    Ok(Value),
    ErrorContains(String),
}

/// The longest error that is shown to users.
const MAX_MESSAGE: usize = 4000;

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let given: Given = case.parse()?;
    let mut response = http::Response::builder()
        .status(given.status)
        .body(Bytes::from(given.body.repeat(given.times)))?;
    for (name, value) in &given.headers {
        response.headers_mut().insert(
            http::HeaderName::try_from(name.as_str())?,
            http::HeaderValue::try_from(value.as_str())?,
        );
    }
    let sends_secret = |name: &&str| !WITHOUT_SECRET.contains(name);
    let names: Vec<&str> = match &given.operation {
        Some(name) => vec![name],
        None if given.sent_token.is_empty() => OPERATIONS.to_vec(),
        None => OPERATIONS.into_iter().filter(sends_secret).collect(),
    };
    names.into_iter().try_for_each(|name| {
        let found = read(name, &given.sent_token, &response, visible)?;
        compare(&given.result, found).map_err(|error| error.with_context(name))
    })
}

fn compare(expected: &Outcome, found: Result<Value, String>) -> Checked {
    match (expected, found) {
        (Outcome::Ok(Value::Null), Ok(_)) => Ok(()),
        (Outcome::Ok(expected), Ok(found)) => compare::json(expected, &found),
        (Outcome::ErrorContains(part), Err(error)) => {
            if !error.contains(part) {
                return Err(Mismatch::new(compare::diff(part, &error)));
            }
            if MAX_MESSAGE < error.len() || error.contains(char::is_control) {
                return Err(Mismatch::new(format!("an error that cannot be shown: {error:?}")));
            }
            Ok(())
        }
        (Outcome::Ok(expected), Err(found)) => {
            Err(Mismatch::new(compare::diff(&format!("{expected:#}"), &found)))
        }
        (Outcome::ErrorContains(expected), Ok(found)) => {
            Err(Mismatch::new(compare::diff(expected, &format!("{found:#}"))))
        }
    }
}

const OPERATIONS: [&str; 14] = [
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "CreateOAuth2Token",
    "CreateToken",
    "CreateTokenWithIAM",
    "DescribeCluster",
    "GetCallerIdentity",
    "GetRoleCredentials",
    "GetSessionToken",
    "GetSigninToken",
    "ListAccountRoles",
    "ListAccounts",
    "RefreshWithIAM",
];

/// Operations whose only secret is the key that signs the request.
const WITHOUT_SECRET: [&str; 4] =
    ["AssumeRole", "DescribeCluster", "GetCallerIdentity", "GetSessionToken"];

/// Reads a response with an operation. Returns the members of the output that the cases compare.
fn read(
    operation: &str,
    secret: &str,
    response: &Response,
    visible: &mut Visible,
) -> Checked<Result<Value, String>> {
    let (token, refresh_token) = (AccessToken::new(secret), RefreshToken::new(secret));
    let (key, session) = (SecretAccessKey::new(secret), SessionToken::new(secret));
    let (client_secret, assertion) = (ClientSecret::new(secret), Secret::new(secret));
    let (account_id, role_name) = (AccountId::new("111122223333")?, RoleName::new("SampleRole")?);
    let role_arn = RoleArn::new("arn:aws:iam::111122223333:role/Sample")?;
    let session_name = RoleSessionName::new("session")?;
    let client_id = "client";
    Ok(match operation {
        "AssumeRole" => {
            let call = AssumeRole::new(&role_arn, &session_name);
            output(&call, response, visible, |out| json!(out.credentials.access_key_id()))
        }
        "AssumeRoleWithSAML" => {
            let principal = "arn:aws:iam::111122223333:saml-provider/p";
            let call = AssumeRoleWithSaml::new(&role_arn, principal, &assertion);
            output(&call, response, visible, |out| json!(out.credentials.access_key_id()))
        }
        "AssumeRoleWithWebIdentity" => {
            let call = AssumeRoleWithWebIdentity::new(&role_arn, &session_name, &assertion);
            output(&call, response, visible, |out| json!(out.credentials.access_key_id()))
        }
        "CreateOAuth2Token" => {
            let grant = console_login::Grant::RefreshToken(&refresh_token);
            let call = console_login::CreateOAuth2Token { client_id, grant };
            output(&call, response, visible, |out| json!(out.access_key_id))
        }
        "CreateToken" => {
            let grant = Grant::RefreshToken(&refresh_token);
            let call = CreateToken { client_id, client_secret: &client_secret, grant };
            output(&call, response, visible, |out| json!(out.access_token.expose()))
        }
        "CreateTokenWithIAM" => {
            let grant = IamGrant::JwtBearer { assertion: &assertion };
            let call = CreateTokenWithIam::new(client_id, grant);
            output(&call, response, visible, |out| {
                let context = out.identity_context.as_ref().map(Secret::expose);
                json!({ "accessToken": out.access_token.expose(), "identityContext": context })
            })
        }
        "RefreshWithIAM" => {
            let grant = IamGrant::RefreshToken(&refresh_token);
            let call = CreateTokenWithIam::new(client_id, grant);
            output(&call, response, visible, |out| json!(out.access_token.expose()))
        }
        "DescribeCluster" => {
            let call = DescribeCluster { name: "demo" };
            output(&call, response, visible, |out| json!(out.endpoint))
        }
        "GetCallerIdentity" => output(&GetCallerIdentity, response, visible, |out| json!(out.arn)),
        "GetRoleCredentials" => {
            let call = GetRoleCredentials {
                account_id: &account_id,
                role_name: &role_name,
                token: &token,
            };
            output(&call, response, visible, |out| json!(out.access_key_id()))
        }
        "GetSessionToken" => {
            let call = GetSessionToken::default();
            output(&call, response, visible, |out| json!(out.access_key_id()))
        }
        "GetSigninToken" => {
            let call = GetSigninToken {
                access_key_id: "ASIAOWN",
                secret_access_key: &key,
                session_token: &session,
            };
            output(&call, response, visible, |out| json!(out.expose()))
        }
        "ListAccountRoles" => {
            let call =
                ListAccountRoles { account_id: &account_id, token: &token, next_token: None };
            output(&call, response, visible, |out| json!(out.items.len()))
        }
        "ListAccounts" => {
            let call = ListAccounts { token: &token, next_token: None };
            output(&call, response, visible, |out| json!(out.items.len()))
        }
        other => return Err(Mismatch::new(format!("unknown operation {other}"))),
    })
}

fn output<O: Operation>(
    operation: &O,
    response: &Response,
    visible: &mut Visible,
    members: impl FnOnce(&O::Output) -> Value,
) -> Result<Value, String>
where
    O::Output: fmt::Debug,
{
    // Neither may panic, whatever the response is.
    visible.debug(&operation.outcome(response));
    match operation.read(response) {
        Ok(output) => {
            visible.debug(&output);
            Ok(members(&output))
        }
        Err(error) => {
            visible.error(&error);
            Err(vestibule_types::with_causes(&error))
        }
    }
}
