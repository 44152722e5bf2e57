//! The shared credentials of an assumed role.

use vestibule_provider::{Error, Lookup, Provider};
use vestibule_world::{BoxFuture, World};

use super::AssumeRole;
use crate::role_cache::{Issued, Issuer, RoleSource, assumed_role_file};

impl<P: Provider> RoleSource for AssumeRole<P> {
    fn issuer(&self) -> Issuer {
        Issuer::Sts
    }

    fn file(&self) -> String {
        assumed_role_file(&self.role)
    }

    fn request<'a>(&'a self, world: &'a World) -> BoxFuture<'a, Result<Lookup<Issued>, Error>> {
        Box::pin(async move { self.assume(world).await.map(Issued::from_lookup) })
    }
}
