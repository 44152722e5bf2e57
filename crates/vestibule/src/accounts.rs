use std::time::Duration;

use vestibule_portal::{Account, ListAccountRoles, ListAccounts, Page, Pages};
use vestibule_sso::Token;
use vestibule_types::{AccountId, RoleName};
use vestibule_wire::{Anonymous, Operation};
use vestibule_world::{CallError, World, block_on};

use crate::{BlockingIdentityCenter, Error, IdentityCenter};

type PortalError = CallError<vestibule_portal::Error>;

impl IdentityCenter<'_> {
    /// All accounts that the person may use.
    ///
    /// # Errors
    /// A page that fails is an error, never a short list.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.accounts_through(self.world()).await
    }

    /// All roles that the person may use in an account.
    ///
    /// # Errors
    /// As [`IdentityCenter::accounts`].
    pub async fn roles(&self, account: &AccountId) -> Result<Vec<RoleName>, Error> {
        self.roles_through(self.world(), account).await
    }

    async fn accounts_through(&self, world: &World) -> Result<Vec<Account>, Error> {
        let mut token = self.token_through(world, Duration::ZERO).await?;
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

    async fn roles_through(
        &self,
        world: &World,
        account_id: &AccountId,
    ) -> Result<Vec<RoleName>, Error> {
        let mut token = self.token_through(world, Duration::ZERO).await?;
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
                *token = self.another(world, token, error).await?;
                Ok(None)
            }
        }
    }

    /// Another token, if it is the token that the portal refused.
    async fn another(
        &self,
        world: &World,
        token: &Token,
        error: PortalError,
    ) -> Result<Token, Error> {
        let CallError::Answer(vestibule_portal::Error::Unauthorized(_)) = error else {
            return Err(Error::call(error, |answer| !answer.is_transient()));
        };
        let sessions = &self.configuration.context.sessions;
        let rejected = &token.access_token;
        let other = sessions.token_after(world, &self.instance, rejected).await;
        other.map_err(|error| self.failed(error))
    }

    async fn call<O>(&self, world: &World, operation: &O) -> Result<O::Output, CallError<O::Error>>
    where
        O: Operation + Sync,
    {
        world.call(&self.instance.portal, &Anonymous, operation).await
    }
}

fn portal(error: vestibule_portal::Error) -> Error {
    Error::call(PortalError::Answer(error), |answer| !answer.is_transient())
}

impl BlockingIdentityCenter<'_> {
    /// See [`IdentityCenter::accounts`].
    ///
    /// # Errors
    /// As there.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        block_on(self.center.accounts_through(self.world))
    }

    /// See [`IdentityCenter::roles`].
    ///
    /// # Errors
    /// As there.
    pub fn roles(&self, account: &AccountId) -> Result<Vec<RoleName>, Error> {
        block_on(self.center.roles_through(self.world, account))
    }
}
