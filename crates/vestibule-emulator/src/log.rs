use std::collections::{BTreeMap, VecDeque};

use http::StatusCode;
use vestibule_types::Timestamp;

use crate::operation::Operation;

/// How many requests are remembered; all are counted.
const REMEMBERED: usize = 1000;

/// A request that was answered, without its secrets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Logged {
    /// The emulator's time.
    pub at: Timestamp,
    /// What was asked for; `None` for what no service knows.
    pub operation: Option<Operation>,
    /// Method and path, such as `POST /token`.
    pub line: String,
    /// A few words more: the grant type, the account and the role, the access key id.
    pub about: String,
    /// What the client calls itself.
    pub user_agent: String,
    /// How it was answered; `None` where the connection broke instead.
    pub status: Option<StatusCode>,
    /// The error in the answer, as clients name it.
    pub error: Option<String>,
    /// True if a script made it go wrong.
    pub scripted: bool,
}

#[derive(Default)]
pub(crate) struct Log {
    entries: VecDeque<Logged>,
    counts: BTreeMap<Operation, u64>,
}

impl Log {
    pub(crate) fn push(&mut self, entry: Logged) {
        if let Some(operation) = entry.operation {
            *self.counts.entry(operation).or_default() += 1;
        }
        if self.entries.len() == REMEMBERED {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// The oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Logged> {
        self.entries.iter()
    }

    pub(crate) fn counts(&self) -> &BTreeMap<Operation, u64> {
        &self.counts
    }
}

/// Text from outside, made printable and cut to so many characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
