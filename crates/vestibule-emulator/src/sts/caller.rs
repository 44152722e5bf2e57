use vestibule_types::Region;
use vestibule_wire::Partition;

use super::Refusal;
use crate::handle::Arrival;
use crate::state::{Key, State};
use crate::verify::Signed;

/// Who signed a request.
pub(super) struct Caller<'a> {
    pub(super) key: &'a Key,
    /// That of the region the request was signed for.
    pub(super) partition: &'static str,
}

impl<'a> Caller<'a> {
    /// Checks signature, session token and expiry, also of what was issued here.
    pub(super) fn of(state: &'a State, arrival: &Arrival<'_>) -> Result<Self, Refusal> {
        let &Arrival { request, ref place, now, .. } = arrival;
        let by = Signed::read(request)?;
        let unknown = || {
            let message = "The security token included in the request is invalid.";
            Refusal::new("InvalidClientTokenId", message)
        };
        let key = state.key(by.access_key_id).ok_or_else(unknown)?;
        let token = request.headers().get("x-amz-security-token");
        if token.map(http::HeaderValue::as_bytes) != key.session_token.as_deref().map(str::as_bytes)
        {
            return Err(unknown());
        }
        if by.service != "sts" {
            let message = "Credential should be scoped to correct service: 'sts'.";
            return Err(Refusal::new("SignatureDoesNotMatch", message));
        }
        let region = Region::new(by.region).ok().filter(|region| place.may_be_in(region));
        let Some(region) = region else {
            let message = "Credential should be scoped to a valid region.";
            return Err(Refusal::new("SignatureDoesNotMatch", message));
        };
        by.verify(request, &key.secret, now)?;
        if key.expires.is_some_and(|expires| expires <= now) {
            let message = "The security token included in the request is expired";
            return Err(Refusal::new("ExpiredToken", message));
        }
        Ok(Self { key, partition: Partition::of(&region).id })
    }

    pub(super) fn arn(&self) -> String {
        self.key.who.arn(self.partition)
    }
}
