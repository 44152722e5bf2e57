//! `AssumeRoleWithWebIdentity`: a role for who shows an identity token. Nothing is signed.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use vestibule_wire::Partition;

use super::session::{Session, element, until};
use super::{Done, Input, Refusal};
use crate::escape::escape;
use crate::handle::Arrival;
use crate::iam::Bid;
use crate::jwt::{self, Unreadable};
use crate::log::one_line;
use crate::state::State;

pub(super) fn answer(state: &mut State, input: &Input, arrival: &Arrival<'_>) -> Done {
    let role_arn = input.arn("RoleArn")?;
    let name = input.session_name("RoleSessionName")?;
    let token = input.required("WebIdentityToken")?;
    input.policy()?;

    let invalid = |message: String| Refusal::new("InvalidIdentityToken", message);
    let claims = jwt::read(&state.mint.signing_key(), token).map_err(|unreadable| {
        invalid(match unreadable {
            Unreadable::Malformed => {
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an \
                 Access Token)"
                    .to_owned()
            }
            Unreadable::Foreign(issuer) => {
                let issuer = one_line(&issuer, 200);
                format!("No OpenIDConnect provider found in your account for {issuer}")
            }
        })
    })?;
    let (now, expires) = (arrival.now.unix_seconds(), claims["exp"].as_i64().unwrap_or_default());
    if expires <= now {
        let message = format!(
            "Token expired: current date/time {now} must be before the expiration date/time \
             {expires}"
        );
        return Err(Refusal::new("ExpiredTokenException", message));
    }
    let claim = |name: &str| claims[name].as_str().unwrap_or_default();
    let (audience, subject) = (claim("aud"), claim("sub"));
    let bid = Bid::Identity { audience, subject };
    let role = state.config.iam.role(role_arn).filter(|role| role.admits(&bid));
    let Some(role) = role else {
        let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
        return Err(Refusal::new("AccessDenied", message));
    };
    let duration = input.role_duration(role.longest(), false)?;
    let session = Session {
        who: role.session(name),
        mfa: false,
        until: until(arrival.now, duration),
        partition: Partition::of(arrival.place.region(&state.config.region)).id,
    };
    let provider = element("Provider", Some(jwt::ISSUER));
    let (audience, subject) = (escape(audience), escape(subject));
    Ok(session.open(state)
        + &format!(
            "<SubjectFromWebIdentityToken>{subject}</SubjectFromWebIdentityToken>\
             <Audience>{audience}</Audience>{provider}"
        ))
}
