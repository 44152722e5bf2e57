//! The shared credentials of a role of the access portal.

use vestibule_cache::key;
use vestibule_provider::{Error, Lookup};
use vestibule_types::Credentials;
use vestibule_world::{BoxFuture, World};

use super::SsoRole;
use crate::role_cache::{Issued, Issuer, RoleSource};

impl RoleSource for SsoRole {
    fn issuer(&self) -> Issuer {
        Issuer::Portal
    }

    fn file(&self) -> String {
        key::role_credentials(&self.instance.session, &self.account_id, &self.role_name)
    }

    fn request<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup<Issued>, Error>> {
        Box::pin(async move {
            let (issued, clock) = self.request(world).await?;
            let issuer_expiration = issued.expires_at();
            let credentials = clock.to_local(issued);
            Ok(Lookup::Credentials(Issued { credentials, issuer_expiration }))
        })
    }

    fn may_share(&self) -> bool {
        self.sessions.token_store().allows_files(&self.instance.entry())
    }

    fn complete(&self, credentials: Credentials) -> Credentials {
        credentials.with_account_id(self.account_id.clone())
    }
}
