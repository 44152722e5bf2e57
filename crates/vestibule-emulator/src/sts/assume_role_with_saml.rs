//! `AssumeRoleWithSAML`: a role for who shows an assertion. Nothing is signed but that.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1_smol::Sha1;
use vestibule_wire::Partition;

use super::session::{Session, element, until};
use super::{Done, Input, Refusal};
use crate::handle::Arrival;
use crate::iam::Bid;
use crate::saml::{AUDIENCE, Assertion, ISSUER};
use crate::state::State;

pub(super) fn answer(state: &mut State, input: &Input, arrival: &Arrival<'_>) -> Done {
    let role_arn = input.arn("RoleArn")?;
    let provider = input.arn("PrincipalArn")?;
    let encoded = input.required("SAMLAssertion")?;
    input.policy()?;

    let assertion = Assertion::read(&state.mint.signing_key(), encoded).ok_or_else(|| {
        Refusal::new(
            "InvalidIdentityToken",
            "Invalid base64 SAMLResponse, or its signature does not hold",
        )
    })?;
    if assertion.expires <= arrival.now {
        let message = "Token must be redeemed within 5 minutes of issuance";
        return Err(Refusal::new("ExpiredTokenException", message));
    }
    let bid = Bid::Saml { provider };
    let named = assertion.role_arn == role_arn && assertion.provider_arn == provider;
    let role = state.config.iam.role(role_arn);
    let role = role.filter(|role| named && role.admits(&bid));
    let Some(role) = role else {
        let message = "Not authorized to perform sts:AssumeRoleWithSAML";
        return Err(Refusal::new("AccessDenied", message));
    };
    let duration = input.role_duration(role.longest(), false)?;
    let qualifier = {
        let name = provider.rsplit('/').next().unwrap_or_default();
        let text = format!("{ISSUER}{}/{name}", role.account());
        STANDARD.encode(Sha1::from(text).digest().bytes())
    };
    let session = Session {
        who: role.session(&assertion.subject),
        mfa: false,
        until: until(arrival.now, duration),
        partition: Partition::of(arrival.place.region(&state.config.region)).id,
    };
    Ok(session.open(state)
        + &element("Subject", Some(&assertion.subject))
        + &element("SubjectType", Some("persistent"))
        + &element("Issuer", Some(ISSUER))
        + &element("Audience", Some(AUDIENCE))
        + &element("NameQualifier", Some(&qualifier)))
}
