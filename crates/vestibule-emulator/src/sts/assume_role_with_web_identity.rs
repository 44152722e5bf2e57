//! `AssumeRoleWithWebIdentity`: a role for an identity token. The request is not
//! signed.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use vestibule_types::printable_short;
use vestibule_wire::Partition;

use super::error::{ErrorResponse, Result};
use super::input::Input;
use super::session::{Session, element, expires_after};
use crate::context::RequestContext;
use crate::escape::escape;
use crate::iam::AssumeRequest;
use crate::jwt::{self, JwtError};
use crate::shared::Shared;

pub(super) fn respond(
    shared: &mut Shared,
    input: &Input,
    context: &RequestContext<'_>,
) -> Result<String> {
    let role_arn = input.arn("RoleArn")?;
    let name = input.session_name("RoleSessionName")?;
    let token = input.required("WebIdentityToken")?;
    input.policy()?;

    let invalid = |message: String| ErrorResponse::new("InvalidIdentityToken", message);
    let claims = jwt::verify(&shared.tokens.signing_key(), token).map_err(|error| {
        invalid(match error {
            JwtError::Malformed => {
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an \
                 Access Token)"
                    .to_owned()
            }
            JwtError::Foreign(issuer) => {
                let issuer = printable_short(&issuer, 200);
                format!("No OpenIDConnect provider found in your account for {issuer}")
            }
        })
    })?;
    let (now, expires) = (context.now.unix_seconds(), claims["exp"].as_i64().unwrap_or_default());
    if expires <= now {
        let message = format!(
            "Token expired: current date/time {now} must be before the expiration date/time \
             {expires}"
        );
        return Err(ErrorResponse::new("ExpiredTokenException", message));
    }
    let claim = |name: &str| claims[name].as_str().unwrap_or_default();
    let (audience, subject) = (claim("aud"), claim("sub"));
    let request = AssumeRequest::Identity { audience, subject };
    let role = shared.iam.role(role_arn).filter(|role| role.allows(&request));
    let Some(role) = role else {
        let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
        return Err(ErrorResponse::new("AccessDenied", message));
    };
    let duration = input.role_duration(role.longest_session(), false)?;
    let session = Session {
        principal: role.session(name),
        mfa: false,
        expires: expires_after(context.now, duration),
        partition: Partition::for_region(context.origin.region(&shared.settings.region)).id,
    };
    let provider = element("Provider", Some(jwt::ISSUER));
    let (audience, subject) = (escape(audience), escape(subject));
    Ok(session.open(shared)
        + &format!(
            "<SubjectFromWebIdentityToken>{subject}</SubjectFromWebIdentityToken>\
             <Audience>{audience}</Audience>{provider}"
        ))
}
