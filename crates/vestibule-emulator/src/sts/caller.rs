use vestibule_types::Region;
use vestibule_wire::Partition;

use super::error::{ErrorResponse, Result};
use crate::context::RequestContext;
use crate::iam::KeyPair;
use crate::shared::Shared;
use crate::signature::Signature;

/// The principal that signed a request.
pub(super) struct Caller<'a> {
    pub(super) key_pair: &'a KeyPair,
    /// The partition of the region in the signature.
    pub(super) partition: &'static str,
}

impl<'a> Caller<'a> {
    /// Verifies the signature, the session token and the expiration of the key pair.
    pub(super) fn authenticate(shared: &'a Shared, context: &RequestContext<'_>) -> Result<Self> {
        let &RequestContext { request, ref origin, now, .. } = context;
        let signature = Signature::parse(request)?;
        let unknown = || {
            let message = "The security token included in the request is invalid.";
            ErrorResponse::new("InvalidClientTokenId", message)
        };
        let key_pair = shared.iam.key_pair(signature.access_key_id).ok_or_else(unknown)?;
        let token = request.headers().get("x-amz-security-token");
        if token.map(http::HeaderValue::as_bytes)
            != key_pair.session_token.as_deref().map(str::as_bytes)
        {
            return Err(unknown());
        }
        if signature.service != "sts" {
            let message = "Credential should be scoped to correct service: 'sts'.";
            return Err(ErrorResponse::new("SignatureDoesNotMatch", message));
        }
        let region =
            Region::new(signature.region).ok().filter(|region| origin.is_in_region(region));
        let Some(region) = region else {
            let message = "Credential should be scoped to a valid region.";
            return Err(ErrorResponse::new("SignatureDoesNotMatch", message));
        };
        signature.verify(request, &key_pair.secret, now)?;
        if key_pair.expires.is_some_and(|expires| expires <= now) {
            let message = "The security token included in the request is expired";
            return Err(ErrorResponse::new("ExpiredToken", message));
        }
        Ok(Self { key_pair, partition: Partition::of(&region).id })
    }

    pub(super) fn arn(&self) -> String {
        self.key_pair.principal.arn(self.partition)
    }
}
