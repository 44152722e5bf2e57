use std::time::Duration;

use vestibule_portal::{Account, ErrorKind, ListAccountRoles, ListAccounts, Page, Pages};
use vestibule_sso::Token;
use vestibule_types::{AccountId, RoleName};
use vestibule_wire::{Anonymous, Operation};
use vestibule_world::{CallError, World, block_on};

use crate::{BlockingIdentityCenter, Error, IdentityCenter};

type PortalError = CallError<vestibule_portal::Error>;

impl IdentityCenter {
    /// Returns all accounts that the user may use.
    ///
    /// # Errors
    /// As [`IdentityCenter::token`]. A failed page is an error, never a shorter list.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.accounts_in(self.async_world()).await
    }

    /// Returns all roles that the user may use in an account.
    ///
    /// # Errors
    /// As [`IdentityCenter::accounts`].
    pub async fn roles(&self, account: &AccountId) -> Result<Vec<RoleName>, Error> {
        self.roles_in(self.async_world(), account).await
    }

    async fn accounts_in(&self, world: &World) -> Result<Vec<Account>, Error> {
        let mut token = self.token_in(world, Duration::ZERO).await?;
        let mut pages = Pages::new(world.clock.now());
        loop {
            let next_token = pages.next_token();
            let operation = ListAccounts { token: &token.access_token, next_token };
            let page = self.call(world, &operation).await;
            if let Some(accounts) = self.add_page(world, &mut token, &mut pages, page).await? {
                return Ok(accounts);
            }
        }
    }

    async fn roles_in(
        &self,
        world: &World,
        account_id: &AccountId,
    ) -> Result<Vec<RoleName>, Error> {
        let mut token = self.token_in(world, Duration::ZERO).await?;
        let mut pages = Pages::new(world.clock.now());
        loop {
            let next_token = pages.next_token();
            let operation = ListAccountRoles { account_id, token: &token.access_token, next_token };
            let page = self.call(world, &operation).await;
            if let Some(roles) = self.add_page(world, &mut token, &mut pages, page).await? {
                return Ok(roles);
            }
        }
    }

    /// Adds a page to its list, or gets another token if the portal rejected the token.
    async fn add_page<T>(
        &self,
        world: &World,
        token: &mut Token,
        pages: &mut Pages<T>,
        page: Result<Page<T>, PortalError>,
    ) -> Result<Option<Vec<T>>, Error> {
        match page {
            Ok(page) => pages.add(page, world.clock.now()).map_err(portal),
            Err(error) => {
                *token = self.other_token(world, token, error).await?;
                Ok(None)
            }
        }
    }

    /// Returns another token if the portal rejected this one; else the error.
    async fn other_token(
        &self,
        world: &World,
        token: &Token,
        error: PortalError,
    ) -> Result<Token, Error> {
        match error {
            CallError::Response(error) if *error.kind() == ErrorKind::Unauthorized => {}
            error => return Err(Error::call(error, |error| !error.is_transient())),
        }
        let rejected = &token.access_token;
        let other = self.sessions().token_after(world, self.instance(), rejected).await;
        other.map_err(|error| self.token_error(error))
    }

    async fn call<O>(&self, world: &World, operation: &O) -> Result<O::Output, CallError<O::Error>>
    where
        O: Operation + Sync,
    {
        world.call(&self.instance().portal, &Anonymous, operation).await
    }
}

fn portal(error: vestibule_portal::Error) -> Error {
    Error::call(PortalError::Response(error), |error| !error.is_transient())
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::accounts`].
    ///
    /// # Errors
    /// As [`IdentityCenter::accounts`].
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        block_on(self.center.accounts_in(self.world))
    }

    /// See [`IdentityCenter::roles`].
    ///
    /// # Errors
    /// As [`IdentityCenter::roles`].
    pub fn roles(&self, account: &AccountId) -> Result<Vec<RoleName>, Error> {
        block_on(self.center.roles_in(self.world, account))
    }
}
