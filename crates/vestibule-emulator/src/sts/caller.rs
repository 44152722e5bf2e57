use vestibule_types::Region;
use vestibule_wire::Partition;

use super::error::{ErrorResponse, Result};
use crate::context::RequestContext;
use crate::iam::KeyPair;
use crate::shared::Shared;
use crate::signature::Signature;

/// The principal that signed a request.
pub(crate) struct Caller<'a> {
    pub(crate) key_pair: &'a KeyPair,
    /// The partition of the region in the signature.
    pub(crate) partition: &'static str,
    /// The region in the signature.
    pub(crate) region: Region,
}

impl<'a> Caller<'a> {
    /// Verifies the signature, the session token and the expiration of the key pair.
    pub(crate) fn authenticate(
        shared: &'a Shared,
        service: &str,
        context: &RequestContext<'_>,
    ) -> Result<Self> {
        let &RequestContext { request, ref origin, now, .. } = context;
        let signature = Signature::parse(request)?;
        let unknown = || {
            let message = "The security token included in the request is invalid.";
            ErrorResponse::new("InvalidClientTokenId", message)
        };
        let key_pair = shared.iam.key_pair(&signature.access_key_id).ok_or_else(unknown)?;
        if signature.session_token.as_deref() != key_pair.session_token.as_deref() {
            return Err(unknown());
        }
        if signature.service != service {
            let message = format!("Credential should be scoped to correct service: '{service}'.");
            return Err(ErrorResponse::new("SignatureDoesNotMatch", message));
        }
        let region =
            Region::new(&signature.region).ok().filter(|region| origin.is_in_region(region));
        let Some(region) = region else {
            let message = "Credential should be scoped to a valid region.";
            return Err(ErrorResponse::new("SignatureDoesNotMatch", message));
        };
        signature.verify(request, &key_pair.secret, now)?;
        if key_pair.expires.is_some_and(|expires| expires <= now) {
            let message = "The security token included in the request is expired";
            return Err(ErrorResponse::new("ExpiredToken", message));
        }
        Ok(Self { key_pair, partition: Partition::for_region(&region).id, region })
    }

    pub(super) fn arn(&self) -> String {
        self.key_pair.principal.arn(self.partition)
    }
}
