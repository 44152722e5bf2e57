//! `AssumeRole`.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use super::caller::Caller;
use super::error::{ErrorResponse, Result};
use super::input::Input;
use super::mfa::UsedCodes;
use super::session::{Session, element, expires_after};
use crate::context::RequestContext;
use crate::iam::{AssumeRequest, Principal};
use crate::shared::Shared;

pub(super) fn respond(
    shared: &mut Shared,
    used_codes: &mut UsedCodes,
    input: &Input,
    context: &RequestContext<'_>,
) -> Result<String> {
    let caller = Caller::authenticate(shared, "sts", context)?;
    let (partition, arn) = (caller.partition, caller.arn());
    let (principal, had_mfa) = (caller.key_pair.principal.clone(), caller.key_pair.mfa);

    let role_arn = input.arn("RoleArn")?;
    let name = input.session_name("RoleSessionName")?;
    let external_id = input.external_id()?;
    let policy = input.policy()?;
    let source_identity = match input.get("SourceIdentity") {
        Some(_) => Some(input.session_name("SourceIdentity")?),
        None => None,
    };

    if let Some(given) = input.mfa()? {
        used_codes.verify(&shared.iam, &principal, given, context.now)?;
    }
    let request = AssumeRequest::Principal {
        principal: &principal,
        external_id,
        mfa: had_mfa || input.get("TokenCode").is_some(),
    };
    // A missing role and a role that does not trust the caller get the same error.
    let role = shared.iam.role(role_arn).filter(|role| role.allows(&request));
    let Some(role) = role else {
        return Err(ErrorResponse::new(
            "AccessDenied",
            format!(
                "User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            ),
        ));
    };
    let is_chained = matches!(principal, Principal::Session { .. });
    let duration = input.role_duration(role.longest_session(), is_chained)?;
    let session = Session {
        principal: role.session(name),
        mfa: false,
        expires: expires_after(context.now, duration),
        partition,
    };
    let packed = policy.map(|policy| (policy.len() * 100 / 2048).to_string());
    Ok(session.open(shared)
        + &element("PackedPolicySize", packed.as_deref())
        + &element("SourceIdentity", source_identity))
}
