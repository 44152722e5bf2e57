use std::collections::HashSet;
use std::time::Duration;

use vestibule_wire::RequestBuilder;
use vestibule_wire::retry::Policy;

use crate::Error;

/// Lists are throttled as a matter of course where there are hundreds of accounts: eight attempts,
/// and time for the longest waits between them.
pub(crate) const PATIENCE: Policy = {
    let mut policy = Policy::STANDARD.with_attempts(8);
    policy.within = Duration::from_secs(180);
    policy
};

/// No organization has a million accounts, nor an account a million roles.
const MOST_PAGES: usize = 10_000;

/// Asks for a page, as large as the service makes them.
pub(crate) fn turn(ask: RequestBuilder, next_token: Option<&str>) -> RequestBuilder {
    let ask = ask.query("max_result", "100");
    match next_token {
        Some(token) => ask.query("next_token", token),
        None => ask,
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what a page is")]
pub struct Page<T> {
    /// The part; it may be empty and not the last.
    pub items: Vec<T>,
    /// Asks for the next part; `None` on the last.
    pub next_token: Option<String>,
}

/// A list, while its pages come in.
///
/// A page that fails leaves nothing to mistake for the whole: the list is handed out by the last.
///
/// ```
/// use vestibule_portal::{Error, Page, Pages};
///
/// // Stands for `world.call(&portal, &Anonymous, &ListAccounts { token, next_token })`.
/// let ask = |next_token: Option<&str>| match next_token {
///     None => Ok(Page { items: vec![1, 2], next_token: Some("b".into()) }),
///     Some("b") => Ok(Page { items: vec![3], next_token: None }),
///     Some(_) => unreachable!("there are two pages"),
/// };
///
/// let mut pages = Pages::new();
/// let all = loop {
///     let page = ask(pages.next_token())?;
///     if let Some(all) = pages.add(page)? {
///         break all;
///     }
/// };
/// assert_eq!(all, [1, 2, 3]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pages<T> {
    items: Vec<T>,
    next_token: Option<String>,
    seen: HashSet<String>,
    read: usize,
}

impl<T> Pages<T> {
    /// Before the first page.
    pub fn new() -> Self {
        Self { items: Vec::new(), next_token: None, seen: HashSet::new(), read: 0 }
    }

    /// What to ask the next page with.
    pub fn next_token(&self) -> Option<&str> {
        self.next_token.as_deref()
    }

    /// Takes a page in. The last one brings the whole list out.
    ///
    /// # Errors
    /// [`Error::Endless`] if the page leads back to one that was read, or is one too many.
    pub fn add(&mut self, page: Page<T>) -> Result<Option<Vec<T>>, Error> {
        self.items.extend(page.items);
        self.next_token = page.next_token;
        let Some(token) = &self.next_token else {
            return Ok(Some(std::mem::take(&mut self.items)));
        };
        self.read += 1;
        if self.read < MOST_PAGES && self.seen.insert(token.clone()) {
            Ok(None)
        } else {
            Err(Error::Endless { pages: self.read })
        }
    }
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use vestibule_wire::retry::{Next, Outcome, after};

    use super::*;

    #[test]
    fn there_is_time_for_eight_attempts_with_the_longest_waits() {
        let patience_asked_for = Outcome::Throttled(Some(Duration::MAX));
        let (mut attempt, mut elapsed) = (1, Duration::ZERO);
        while let Next::Wait(wait) = after(PATIENCE, attempt, patience_asked_for, elapsed, 1.0) {
            attempt += 1;
            elapsed += wait;
        }
        assert_eq!(attempt, 8);
    }

    fn page(item: u32, next_token: &str) -> Page<u32> {
        let next_token = Some(next_token.to_owned()).filter(|token| !token.is_empty());
        Page { items: vec![item], next_token }
    }

    #[test]
    fn the_list_comes_out_with_the_last_page() {
        let mut pages = Pages::new();
        assert_eq!(pages.next_token(), None);
        assert_eq!(pages.add(page(1, "b")), Ok(None));
        assert_eq!(pages.next_token(), Some("b"));
        assert_eq!(pages.add(Page { items: vec![], next_token: Some("c".into()) }), Ok(None));
        assert_eq!(pages.add(page(2, "")), Ok(Some(vec![1, 2])));
    }

    #[test]
    fn a_list_that_goes_in_circles_is_an_error() {
        let mut pages = Pages::new();
        assert_eq!(pages.add(page(1, "b")), Ok(None));
        assert_eq!(pages.add(page(2, "c")), Ok(None));
        let error = pages.add(page(3, "b")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the access portal's list does not end: it was left after 3 pages"
        );
    }

    #[test]
    fn a_list_without_an_end_is_an_error() {
        let mut pages = Pages::new();
        let mut tokens = 0_u32..;
        let error = loop {
            match pages.add(page(0, &tokens.next().unwrap().to_string())) {
                Ok(list) => assert_eq!(list, None),
                Err(error) => break error,
            }
        };
        assert_eq!(error, Error::Endless { pages: MOST_PAGES });
    }
}
