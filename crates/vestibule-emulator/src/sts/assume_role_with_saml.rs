//! `AssumeRoleWithSAML`: a role for a SAML assertion. The request is not signed.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1_smol::Sha1;
use vestibule_wire::Partition;

use super::error::{ErrorResponse, Result};
use super::input::Input;
use super::session::{Session, element, expires_after};
use crate::context::RequestContext;
use crate::iam::AssumeRequest;
use crate::saml::{AUDIENCE, Assertion, ISSUER};
use crate::shared::Shared;

pub(super) fn respond(
    shared: &mut Shared,
    input: &Input,
    context: &RequestContext<'_>,
) -> Result<String> {
    let role_arn = input.arn("RoleArn")?;
    let provider = input.arn("PrincipalArn")?;
    let encoded = input.required("SAMLAssertion")?;
    input.policy()?;

    let assertion = Assertion::verify(&shared.tokens.signing_key(), encoded).ok_or_else(|| {
        ErrorResponse::new(
            "InvalidIdentityToken",
            "Invalid base64 SAMLResponse, or its signature is not valid",
        )
    })?;
    if assertion.expires <= context.now {
        let message = "Token must be redeemed within 5 minutes of issuance";
        return Err(ErrorResponse::new("ExpiredTokenException", message));
    }
    let request = AssumeRequest::Saml { provider };
    let is_named = assertion.role_arn == role_arn && assertion.provider_arn == provider;
    let role = shared.iam.role(role_arn);
    let role = role.filter(|role| is_named && role.allows(&request));
    let Some(role) = role else {
        let message = "Not authorized to perform sts:AssumeRoleWithSAML";
        return Err(ErrorResponse::new("AccessDenied", message));
    };
    let duration = input.role_duration(role.longest_session(), false)?;
    let qualifier = {
        let name = provider.rsplit('/').next().unwrap_or_default();
        let text = format!("{ISSUER}{}/{name}", role.account());
        STANDARD.encode(Sha1::from(text).digest().bytes())
    };
    let session = Session {
        principal: role.session(&assertion.subject),
        mfa: false,
        expires: expires_after(context.now, duration),
        partition: Partition::for_region(context.origin.region(&shared.settings.region)).id,
    };
    Ok(session.open(shared)
        + &element("Subject", Some(&assertion.subject))
        + &element("SubjectType", Some("persistent"))
        + &element("Issuer", Some(ISSUER))
        + &element("Audience", Some(AUDIENCE))
        + &element("NameQualifier", Some(&qualifier)))
}
