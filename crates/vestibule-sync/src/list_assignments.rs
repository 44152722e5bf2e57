//! Listing of the accounts and roles of a user, within the portal's rate limit.

use std::collections::HashSet;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use vestibule::world::{BoxFuture, World};
use vestibule::{AccountId, Error, ErrorKind, IdentityCenter, RoleName};

use crate::checkpoint::{self, Checkpoint, Row};
use crate::{AccountRoles, Assignments, FailedAccount, Filter, RateLimited};

/// Calls per second that the portal serves without throttling.
const RATE: u32 = 20;
/// Concurrent calls: enough for the rate at a latency of 400 ms.
const CONCURRENCY: usize = 8;
/// Failed accounts in a row after which the portal counts as unavailable.
const MAX_FAILURES_IN_A_ROW: u32 = 5;

/// The progress of [`list_assignments`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The accounts are being listed.
    Accounts,
    /// The roles of some accounts are listed, in this run or the one that it resumes.
    Roles {
        /// Accounts whose roles are listed or could not be listed.
        done: usize,
        /// All accounts that can pass the filter.
        total: usize,
    },
}

/// Lists the accounts and roles of the signed-in user that can pass a filter.
///
/// The result is cached in `~/.aws/vestibule` for fifteen minutes: the next run resumes an
/// interrupted one, and after a complete run, such as that of a preview, it sends no request. New
/// roles are not seen meanwhile, so call [`discard_checkpoint`] when the profiles are written, or to
/// list anew. Calls go through the world of `center`, which needs a tokio runtime unless the caller
/// replaced it.
///
/// # Errors
/// The accounts could not be listed, the user has to sign in, or the portal is unavailable. A single
/// account whose roles cannot be listed is in [`Assignments::failed`] instead.
pub async fn list_assignments(
    center: &IdentityCenter,
    filter: &Filter,
    on_progress: &(dyn Fn(Progress) + Sync),
) -> Result<Assignments, Error> {
    let world = center.async_world();
    let center = center.clone().with_world(RateLimited::world(
        world,
        RATE,
        checkpoint::rate_file(world, center.session()),
    ));
    let token = center.token(Duration::ZERO).await?.access_token;
    let session = center.session();
    let checkpoint = if let Some(checkpoint) = Checkpoint::load(world, session, &token) {
        checkpoint
    } else {
        on_progress(Progress::Accounts);
        let accounts = center.accounts().await?.into_iter();
        let row = |account: vestibule::Account| Row {
            id: account.account_id.to_string(),
            name: account.name,
            roles: None,
        };
        Checkpoint::create(world, session, &token, accounts.map(row).collect())
    };
    let state = Mutex::new(State::new(checkpoint, filter));
    let listing = Listing { world, center: &center, on_progress, state };
    listing.report_progress();
    let workers = (0..CONCURRENCY).map(|_| Box::pin(listing.list_roles()) as BoxFuture<'_, ()>);
    join_all(workers.collect()).await;
    let mut state = listing.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.checkpoint.save(world);
    state.into_assignments()
}

/// Removes what [`list_assignments`] cached: the next call lists everything again.
pub fn discard_checkpoint(center: &IdentityCenter) {
    checkpoint::discard(center.async_world(), center.session());
}

struct Listing<'a> {
    world: &'a World,
    center: &'a IdentityCenter,
    on_progress: &'a (dyn Fn(Progress) + Sync),
    state: Mutex<State>,
}

struct State {
    checkpoint: Checkpoint,
    /// Indices of the accounts that can pass the filter.
    accounts: Vec<usize>,
    /// Those whose roles are not listed yet; the next one is last.
    queue: Vec<usize>,
    done: usize,
    failed: Vec<(usize, Error)>,
    failures_in_a_row: u32,
    /// The error that ends the run.
    fatal: Option<Error>,
}

impl Listing<'_> {
    /// Lists the roles of one account after the other until the queue is empty.
    async fn list_roles(&self) {
        while let Some((index, account_id)) = self.next_account() {
            let roles = self.center.roles(&account_id).await;
            self.record(index, roles);
            self.report_progress();
        }
    }

    fn next_account(&self) -> Option<(usize, AccountId)> {
        let mut state = self.state();
        let index = state.queue.pop()?;
        Some((index, AccountId::new(&state.checkpoint.accounts()[index].id).ok()?))
    }

    fn record(&self, index: usize, roles: Result<Vec<RoleName>, Error>) {
        let mut state = self.state();
        state.done += 1;
        match roles {
            Ok(roles) => {
                state.failures_in_a_row = 0;
                state.checkpoint.set_roles(self.world, index, &roles);
            }
            Err(error) => state.record_failure(index, error),
        }
    }

    fn report_progress(&self) {
        let (done, total) = {
            let state = self.state();
            (state.done, state.accounts.len())
        };
        (self.on_progress)(Progress::Roles { done, total });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(checkpoint: Checkpoint, filter: &Filter) -> Self {
        let rows = checkpoint.accounts();
        let can_match = |row: &Row| {
            let id = AccountId::new(&row.id);
            id.is_ok_and(|id| filter.can_match(&id, row.name.as_deref()))
        };
        let accounts: Vec<_> = (0..rows.len()).filter(|&index| can_match(&rows[index])).collect();
        let missing = accounts.iter().rev().copied().filter(|&index| rows[index].roles.is_none());
        let queue: Vec<_> = missing.collect();
        let done = accounts.len() - queue.len();
        let failed = Vec::new();
        Self { checkpoint, accounts, queue, done, failed, failures_in_a_row: 0, fatal: None }
    }

    fn record_failure(&mut self, index: usize, error: Error) {
        self.failures_in_a_row += 1;
        let is_fatal = match error.kind() {
            ErrorKind::Refused => false,
            ErrorKind::Unavailable => MAX_FAILURES_IN_A_ROW <= self.failures_in_a_row,
            _ => true,
        };
        if is_fatal {
            self.queue.clear();
            self.fatal.get_or_insert(error);
        } else {
            self.failed.push((index, error));
        }
    }

    fn into_assignments(self) -> Result<Assignments, Error> {
        if let Some(error) = self.fatal {
            return Err(error);
        }
        let rows = self.checkpoint.accounts();
        let id = |index: usize| AccountId::new(&rows[index].id).ok();
        let account = |index: usize| {
            let roles = rows[index].roles.as_ref()?.iter();
            let roles = roles.filter_map(|role| RoleName::new(role).ok()).collect();
            Some(AccountRoles { account_id: id(index)?, name: rows[index].name.clone(), roles })
        };
        let failed = |(index, error): (usize, Error)| {
            let name = rows[index].name.clone();
            Some(FailedAccount { account_id: id(index)?, name, error: Arc::new(error) })
        };
        let listed: HashSet<_> = self.accounts.iter().copied().collect();
        let excluded = (0..rows.len()).filter(|index| !listed.contains(index));
        Ok(Assignments {
            excluded: excluded.filter_map(id).collect(),
            accounts: self.accounts.into_iter().filter_map(account).collect(),
            failed: self.failed.into_iter().filter_map(failed).collect(),
        })
    }
}

/// Polls all futures until each is ready.
async fn join_all(mut futures: Vec<BoxFuture<'_, ()>>) {
    poll_fn(|context| {
        futures.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
