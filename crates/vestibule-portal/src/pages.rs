use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use vestibule_types::Timestamp;
use vestibule_wire::RequestBuilder;
use vestibule_wire::retry::Policy;

use crate::Error;

/// Lists with hundreds of accounts are throttled regularly: eight attempts, and time for the longest
/// waits between them.
pub(crate) const RETRY_POLICY: Policy = {
    let mut policy = Policy::STANDARD.with_attempts(8);
    policy.max_elapsed = Duration::from_secs(180);
    policy
};

/// The limits of a list. No organization has as many accounts, nor an account as many roles.
const MAX_PAGES: usize = 2000;
const MAX_ITEMS: usize = 100_000;
const MAX_BYTES: usize = 32 << 20;
const MAX_TIME: Duration = Duration::from_secs(600);

/// Adds the page size, the largest that the service supports, and the token of a page.
pub(crate) fn page_request(request: RequestBuilder, next_token: Option<&str>) -> RequestBuilder {
    let request = request.query("max_result", "100");
    match next_token {
        Some(token) => request.query("next_token", token),
        None => request,
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the members of a page")]
pub struct Page<T> {
    /// The items. A page may be empty without being the last.
    pub items: Vec<T>,
    /// The token of the next page; `None` on the last.
    pub next_token: Option<String>,
    /// The size of the response in bytes.
    pub size: usize,
}

/// A list whose pages are being read.
///
/// Only the last page returns the list, so that a failed page cannot be mistaken for the end.
///
/// ```
/// use vestibule_portal::{Error, Page, Pages};
/// use vestibule_types::Timestamp;
///
/// // In place of `world.call(&portal, &Anonymous, &ListAccounts { token, next_token })`.
/// let call = |next_token: Option<&str>| match next_token {
///     None => Ok(Page { items: vec![1, 2], next_token: Some("b".into()), size: 99 }),
///     Some("b") => Ok(Page { items: vec![3], next_token: None, size: 88 }),
///     Some(_) => unreachable!("there are two pages"),
/// };
///
/// let now = || Timestamp::EPOCH;
/// let mut pages = Pages::new(now());
/// let all = loop {
///     let page = call(pages.next_token())?;
///     if let Some(all) = pages.add(page, now())? {
///         break all;
///     }
/// };
/// assert_eq!(all, [1, 2, 3]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pages<T> {
    started_at: Timestamp,
    items: Vec<T>,
    next_token: Option<String>,
    seen: HashSet<String>,
    count: usize,
    bytes: usize,
}

/// A limit that a list exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListLimit {
    /// More pages than this.
    Pages(usize),
    /// More items than this.
    Items(usize),
    /// More bytes than this.
    Bytes(usize),
    /// More time than this.
    Time(Duration),
    /// A page token for the second time.
    RepeatedPage,
}

impl fmt::Display for ListLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages(limit) => write!(f, "more than {limit} pages"),
            Self::Items(limit) => write!(f, "more than {limit} items"),
            Self::Bytes(limit) => write!(f, "more than {} MiB", limit >> 20),
            Self::Time(limit) => write!(f, "more than {} minutes", limit.as_secs() / 60),
            Self::RepeatedPage => f.write_str("a page repeats"),
        }
    }
}

impl<T> Pages<T> {
    /// Starts a list.
    pub fn new(now: Timestamp) -> Self {
        Self {
            started_at: now,
            items: Vec::new(),
            next_token: None,
            seen: HashSet::new(),
            count: 0,
            bytes: 0,
        }
    }

    /// Returns the token of the next page to request.
    pub fn next_token(&self) -> Option<&str> {
        self.next_token.as_deref()
    }

    /// Adds a page. Returns the whole list with the last one.
    ///
    /// # Errors
    /// [`EndlessList`](crate::ErrorKind::EndlessList) if the list exceeds a limit, or the next page
    /// was read before.
    pub fn add(&mut self, page: Page<T>, now: Timestamp) -> Result<Option<Vec<T>>, Error> {
        self.count += 1;
        self.bytes += page.size;
        self.items.extend(page.items);
        self.next_token = page.next_token;
        if let Some(limit) = self.exceeded_limit(now) {
            return Err(Error::endless_list(limit));
        }
        match &self.next_token {
            None => Ok(Some(std::mem::take(&mut self.items))),
            Some(token) if self.seen.insert(token.clone()) => Ok(None),
            Some(_) => Err(Error::endless_list(ListLimit::RepeatedPage)),
        }
    }

    fn exceeded_limit(&self, now: Timestamp) -> Option<ListLimit> {
        if MAX_ITEMS < self.items.len() {
            Some(ListLimit::Items(MAX_ITEMS))
        } else if MAX_BYTES < self.bytes {
            Some(ListLimit::Bytes(MAX_BYTES))
        } else if self.next_token.is_none() {
            // A list that is complete is returned however long it took.
            None
        } else if MAX_PAGES <= self.count {
            Some(ListLimit::Pages(MAX_PAGES))
        } else {
            let has_time = now.saturating_since(self.started_at) <= MAX_TIME;
            (!has_time).then_some(ListLimit::Time(MAX_TIME))
        }
    }
}

#[cfg(test)]
mod tests {
    use vestibule_wire::retry::{Next, Outcome, next_attempt};

    use super::*;

    const NOW: Timestamp = Timestamp::EPOCH;

    #[test]
    fn retry_policy_has_time_for_eight_attempts_with_the_longest_waits() {
        let outcome = Outcome::Throttled(Some(Duration::MAX));
        let (mut attempt, mut elapsed) = (1, Duration::ZERO);
        while let Next::Wait(wait) = next_attempt(RETRY_POLICY, attempt, outcome, elapsed, 1.0) {
            attempt += 1;
            elapsed += wait;
        }
        assert_eq!(attempt, 8);
    }

    fn page(item: u32, next_token: &str) -> Page<u32> {
        let next_token = Some(next_token.to_owned()).filter(|token| !token.is_empty());
        Page { items: vec![item], next_token, size: 100 }
    }

    /// Adds pages, each with a new token, until there is an error.
    fn endless(mut page: impl FnMut(u32) -> (Page<u32>, Timestamp)) -> (u32, String) {
        let mut pages = Pages::new(NOW);
        for number in 1.. {
            let (page, now) = page(number);
            match pages.add(page, now) {
                Ok(list) => assert_eq!(list, None),
                Err(error) => return (number, error.to_string()),
            }
        }
        unreachable!("the list is endless")
    }

    #[test]
    fn last_page_returns_the_list() {
        let mut pages = Pages::new(NOW);
        assert_eq!(pages.next_token(), None);
        assert_eq!(pages.add(page(1, "b"), NOW), Ok(None));
        assert_eq!(pages.next_token(), Some("b"));
        let empty = Page { items: vec![], next_token: Some("c".into()), size: 2 };
        assert_eq!(pages.add(empty, NOW), Ok(None));
        assert_eq!(pages.add(page(2, ""), NOW), Ok(Some(vec![1, 2])));
    }

    #[test]
    fn repeated_page_is_an_error() {
        let mut pages = Pages::new(NOW);
        assert_eq!(pages.add(page(1, "b"), NOW), Ok(None));
        assert_eq!(pages.add(page(2, "c"), NOW), Ok(None));
        let error = pages.add(page(3, "b"), NOW).unwrap_err();
        let expected = "the access portal returned an endless list: a page repeats";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn list_beyond_a_limit_is_an_error() {
        let expected =
            |limit: &str| format!("the access portal returned an endless list: more than {limit}");
        let token = |number: u32| number.to_string();
        let pages = endless(|number| (page(0, &token(number)), NOW));
        assert_eq!(pages, (2000, expected("2000 pages")));
        let items = endless(|number| {
            let items = vec![0; 1000];
            (Page { items, next_token: Some(token(number)), size: 1 }, NOW)
        });
        assert_eq!(items, (101, expected("100000 items")));
        let bytes = endless(|number| (Page { size: 1 << 20, ..page(0, &token(number)) }, NOW));
        assert_eq!(bytes, (33, expected("32 MiB")));
        let time = endless(|number| {
            (page(0, &token(number)), NOW + Duration::from_secs(60 * u64::from(number)))
        });
        assert_eq!(time, (11, expected("10 minutes")));
    }

    #[test]
    fn slow_list_that_is_complete_is_returned() {
        let mut pages = Pages::new(NOW);
        assert_eq!(pages.add(page(1, "b"), NOW), Ok(None));
        let late = NOW + Duration::from_secs(3600);
        assert_eq!(pages.add(page(2, ""), late), Ok(Some(vec![1, 2])));
    }
}
