//! `AssumeRole`.
//!
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use super::session::{Session, element, until};
use super::{Caller, Done, Input, Refusal, mfa};
use crate::handle::Arrival;
use crate::iam::{Bid, Principal};
use crate::state::State;

pub(super) fn answer(state: &mut State, input: &Input, arrival: &Arrival<'_>) -> Done {
    let caller = Caller::of(state, arrival)?;
    let (partition, arn) = (caller.partition, caller.arn());
    let (who, had_mfa) = (caller.key.who.clone(), caller.key.mfa);

    let role_arn = input.arn("RoleArn")?;
    let name = input.session_name("RoleSessionName")?;
    let external_id = input.external_id()?;
    let policy = input.policy()?;
    let source = input.text("SourceIdentity").map(|_| input.session_name("SourceIdentity"));
    let source = source.transpose()?.map(str::to_owned);

    if let Some(given) = input.mfa()? {
        mfa::spend(state, &who, given, arrival.now)?;
    }
    let bid = Bid::Principal {
        who: &who,
        external_id,
        mfa: had_mfa || input.text("TokenCode").is_some(),
    };
    // A role that is not there and one that trusts others look the same from outside.
    let role = state.config.iam.role(role_arn).filter(|role| role.admits(&bid));
    let Some(role) = role else {
        return Err(Refusal::new(
            "AccessDenied",
            format!(
                "User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            ),
        ));
    };
    let chained = matches!(who, Principal::Session { .. });
    let duration = input.role_duration(role.longest(), chained)?;
    let session = Session {
        who: role.session(name),
        mfa: false,
        until: until(arrival.now, duration),
        partition,
    };
    let packed = policy.map(|policy| (policy.len() * 100 / 2048).to_string());
    Ok(session.open(state)
        + &element("PackedPolicySize", packed.as_deref())
        + &element("SourceIdentity", source.as_deref()))
}
