//! IAM Roles Anywhere: `CreateSession`, signed with the key of a certificate.
//!
//! <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html>
//! (read 2026-11)

#[cfg(feature = "x509")]
mod authenticate;

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use vestibule_types::Timestamp;

use crate::context::RequestContext;
use crate::iam::AssumeRequest;
use crate::params::Params;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;

/// The principal that the trust policy of a role names.
const PRINCIPAL: &str = "rolesanywhere.amazonaws.com";

/// The status, the code and the message.
type ErrorResponse = (StatusCode, &'static str, String);

pub(crate) fn respond(shared: &mut Shared, context: &RequestContext<'_>) -> ServiceResponse {
    let query = Params::from_query(context.request);
    let role_arn = query.get("roleArn").unwrap_or_default().to_owned();
    match create_session(shared, &query, &role_arn, context) {
        Ok(body) => ServiceResponse::success(response::json(StatusCode::CREATED, &body), role_arn),
        Err((status, code, message)) => error(status, code, &message, role_arn),
    }
}

pub(crate) fn scripted_error(code: &str) -> ServiceResponse {
    error(StatusCode::BAD_REQUEST, code, "Scripted", String::new())
}

fn error(status: StatusCode, code: &str, message: &str, about: String) -> ServiceResponse {
    let mut response = response::json(status, &json!({ "message": message }));
    if let Ok(code) = http::HeaderValue::from_str(code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    ServiceResponse::error(response, code, about)
}

fn create_session(
    shared: &mut Shared,
    query: &Params,
    role_arn: &str,
    context: &RequestContext<'_>,
) -> Result<Value, ErrorResponse> {
    let denied =
        |message: &str| (StatusCode::FORBIDDEN, "AccessDeniedException", message.to_owned());
    let invalid =
        |message: &str| (StatusCode::BAD_REQUEST, "ValidationException", message.to_owned());
    let not_found =
        |message: &str| (StatusCode::NOT_FOUND, "ResourceNotFoundException", message.to_owned());
    let parameter = |name: &str| {
        let value = query.get(name).filter(|value| value.starts_with("arn:"));
        value.ok_or_else(|| invalid(&format!("{name} is not an ARN")))
    };
    let (anchor_arn, profile_arn) = (parameter("trustAnchorArn")?, parameter("profileArn")?);
    parameter("roleArn")?;
    let settings = &shared.settings;
    let anchor = settings.trust_anchors.iter().find(|(arn, _)| arn == anchor_arn);
    let (_, anchor) = anchor.ok_or_else(|| not_found("The trust anchor does not exist."))?;
    let serial_number =
        authenticate::authenticate(anchor, context).map_err(|message| denied(&message))?;
    let profiles = &settings.roles_anywhere_profiles;
    if !profiles.iter().any(|(arn, _)| arn == profile_arn) {
        return Err(not_found("The profile does not exist."));
    }
    if !profiles.iter().any(|(arn, allowed)| arn == profile_arn && allowed == role_arn) {
        return Err(denied("The profile does not allow the role."));
    }
    let request = AssumeRequest::Service { name: PRINCIPAL };
    let role = shared.iam.role(role_arn).filter(|role| role.allows(&request));
    let role = role.ok_or_else(|| denied("The role does not trust Roles Anywhere."))?;

    let body: Value = serde_json::from_slice(context.request.body()).unwrap_or_default();
    let seconds = match &body["durationSeconds"] {
        Value::Null => 3600,
        number => number.as_u64().unwrap_or_default(),
    };
    if !(900..=43_200).contains(&seconds) {
        return Err(invalid("durationSeconds is not between 900 and 43200"));
    }
    let duration = Duration::from_secs(seconds).min(role.longest_session());
    let name = body["roleSessionName"].as_str().unwrap_or(&serial_number);
    let principal = role.session(name);
    let (id, arn) = (principal.id(), principal.arn("aws"));
    let expires = Timestamp::from_unix((context.now + duration).unix_seconds(), 0);
    let expires = expires.unwrap_or(context.now);
    let credentials = shared.issue_credentials(principal, false, expires);
    Ok(json!({
        "credentialSet": [{
            "assumedRoleUser": { "arn": arn, "assumedRoleId": id },
            "credentials": {
                "accessKeyId": credentials.id,
                "secretAccessKey": credentials.secret,
                "sessionToken": credentials.session_token,
                "expiration": credentials.expires.to_string(),
            },
            "packedPolicySize": 0,
            "roleArn": role_arn,
            "sourceIdentity": name,
        }],
        "subjectArn": format!("{}/{serial_number}", anchor_arn.replace(":trust-anchor/", ":subject/")),
    }))
}

/// Without the feature `x509`, no certificate is trusted.
#[cfg(not(feature = "x509"))]
mod authenticate {
    use crate::context::RequestContext;

    pub(super) fn authenticate(
        _anchor: &str,
        _context: &RequestContext<'_>,
    ) -> Result<String, String> {
        Err("The emulator was built without the feature `x509`.".to_owned())
    }
}
