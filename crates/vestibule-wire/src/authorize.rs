use std::fmt;

use vestibule_types::Timestamp;

use crate::{Request, Response, Unsendable};

/// Puts proof of identity on a request just before it goes out.
pub trait Authorize: fmt::Debug + Send + Sync {
    /// Signs the request as of `now`.
    ///
    /// # Errors
    /// A credential that no header can carry.
    fn authorize(&self, request: &mut Request, now: Timestamp) -> Result<(), Unsendable>;

    /// Learns from an answer, such as how far the clocks are apart.
    fn observe(&self, _exchange: &Exchange<'_>) -> Verdict {
        Verdict::Fine
    }
}

/// A request that was answered.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what there is to know about an exchange")]
pub struct Exchange<'a> {
    /// The answer.
    pub response: &'a Response,
    /// The service's error code in it, if it is an error.
    pub code: Option<&'a str>,
    /// The local time when the request left.
    pub sent: Timestamp,
    /// The local time when the answer was complete.
    pub received: Timestamp,
}

/// What [`Authorize::observe`] makes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the proof was at fault or it was not")]
pub enum Verdict {
    /// The proof was not what was wrong, if anything was.
    Fine,
    /// The proof was refused for a reason that is mended now: sign anew and ask once more.
    SignAgain,
}

/// No proof: for calls that carry their own, as those to OIDC and the portal do.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct Anonymous;

impl Authorize for Anonymous {
    fn authorize(&self, _request: &mut Request, _now: Timestamp) -> Result<(), Unsendable> {
        Ok(())
    }
}
