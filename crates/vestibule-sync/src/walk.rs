//! From page to page and from account to account, no faster than the portal likes it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vestibule::world::{BoxFuture, World};
use vestibule::{AccountId, Error, ErrorKind, IdentityCenter, RoleName};

use crate::known::{self, Known, Row};
use crate::{Assignments, Event, Failed, Filter, Listed, Throttle, crew};

/// How many calls a second the portal bears.
const RATE: u32 = 20;
/// How many calls may be under way: enough for the rate where an answer takes 400 ms.
const CREW: usize = 8;
/// After so many accounts in a row the portal is out of reach, and not their roles.
const ENOUGH: u32 = 5;

/// Lists the accounts and roles that a person may use, as far as the filter wants them.
///
/// What was listed is kept in `~/.aws/vestibule` for fifteen minutes, so that a run that is stopped goes on
/// where it was; [`forget`] ends that. Calls go through the world of `center`: in a tokio runtime,
/// unless the caller gave it another.
///
/// # Errors
/// A page of accounts that fails; a sign-in that is needed; a portal that is out of reach. An account
/// whose roles cannot be listed is in [`Assignments::failed`] instead.
pub async fn walk(
    center: &IdentityCenter<'_>,
    filter: &Filter,
    on: &(dyn Fn(Event) + Sync),
) -> Result<Assignments, Error> {
    let world = center.world();
    let center = center.clone().with_world(Throttle::over(world, RATE));
    let token = center.token(Duration::ZERO).await?.access_token;
    let session = center.session();
    let known = if let Some(known) = Known::load(world, session, &token) {
        known
    } else {
        on(Event::Accounts);
        let accounts = center.accounts().await?.into_iter();
        let row = |account: vestibule::Account| Row {
            id: account.account_id.to_string(),
            name: account.name,
            roles: None,
        };
        let mut known = Known::new(world, session, &token, accounts.map(row).collect());
        known.save(world);
        known
    };
    let walk = Walk { world, center: &center, on, state: Mutex::new(State::new(known, filter)) };
    walk.report();
    let workers = (0..CREW).map(|_| Box::pin(walk.work()) as BoxFuture<'_, ()>);
    crew::all(workers.collect()).await;
    let mut state = walk.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.known.save(world);
    state.assignments()
}

/// Forgets what [`walk`] kept: the next one lists anew.
pub fn forget(center: &IdentityCenter<'_>) {
    known::forget(center.world(), center.session());
}

struct Walk<'a> {
    world: &'a World,
    center: &'a IdentityCenter<'a>,
    on: &'a (dyn Fn(Event) + Sync),
    state: Mutex<State>,
}

struct State {
    known: Known,
    /// The accounts that matter: which of the known ones.
    accounts: Vec<usize>,
    /// Those of them that are still to be asked about, the next one last.
    queue: Vec<usize>,
    done: usize,
    failed: Vec<(usize, String)>,
    failed_in_a_row: u32,
    stopped: Option<Error>,
}

impl Walk<'_> {
    async fn work(&self) {
        while let Some((at, account_id)) = self.next() {
            let answer = self.center.roles(&account_id).await;
            self.note(at, answer);
            self.report();
        }
    }

    fn next(&self) -> Option<(usize, AccountId)> {
        let mut state = self.state();
        let at = state.queue.pop()?;
        Some((at, AccountId::new(&state.known.text.accounts[at].id).ok()?))
    }

    fn note(&self, at: usize, answer: Result<Vec<RoleName>, Error>) {
        let mut state = self.state();
        state.done += 1;
        match answer {
            Ok(roles) => {
                let names = roles.iter().map(ToString::to_string).collect();
                state.known.text.accounts[at].roles = Some(names);
                state.failed_in_a_row = 0;
                state.known.save_now_and_then(self.world);
            }
            Err(error) => state.fail(at, error),
        }
    }

    fn report(&self) {
        let (done, of) = {
            let state = self.state();
            (state.done, state.accounts.len())
        };
        (self.on)(Event::Roles { done, of });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(known: Known, filter: &Filter) -> Self {
        let rows = &known.text.accounts;
        let matters = |row: &Row| {
            let id = AccountId::new(&row.id);
            id.is_ok_and(|id| filter.wants_some_of(&id, row.name.as_deref()))
        };
        let accounts: Vec<_> = (0..rows.len()).filter(|&at| matters(&rows[at])).collect();
        let unknown = accounts.iter().rev().copied().filter(|&at| rows[at].roles.is_none());
        let queue: Vec<_> = unknown.collect();
        let done = accounts.len() - queue.len();
        let failed = Vec::new();
        Self { known, accounts, queue, done, failed, failed_in_a_row: 0, stopped: None }
    }

    fn fail(&mut self, at: usize, error: Error) {
        self.failed_in_a_row += 1;
        let is_hopeless = match error.kind() {
            ErrorKind::Refused => false,
            ErrorKind::Unavailable => ENOUGH <= self.failed_in_a_row,
            _ => true,
        };
        self.failed.push((at, in_words(&error)));
        if is_hopeless {
            self.queue.clear();
            self.stopped.get_or_insert(error);
        }
    }

    fn assignments(self) -> Result<Assignments, Error> {
        if let Some(error) = self.stopped {
            return Err(error);
        }
        let rows = self.known.text.accounts;
        let id = |at: usize| AccountId::new(&rows[at].id).ok();
        let listed = |at: usize| {
            let roles = rows[at].roles.as_ref()?.iter();
            let roles = roles.filter_map(|role| RoleName::new(role).ok()).collect();
            Some(Listed { account_id: id(at)?, name: rows[at].name.clone(), roles })
        };
        let failed = |(at, reason): (usize, String)| {
            Some(Failed { account_id: id(at)?, name: rows[at].name.clone(), reason })
        };
        Ok(Assignments {
            accounts: self.accounts.into_iter().filter_map(listed).collect(),
            failed: self.failed.into_iter().filter_map(failed).collect(),
        })
    }
}

/// An error with its causes, on one line.
fn in_words(error: &Error) -> String {
    let causes =
        std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
