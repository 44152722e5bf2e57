use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use http::StatusCode;
use vestibule_types::Timestamp;

use crate::operation::Operation;

/// How many requests, and violations, are remembered; all requests are counted.
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
    /// What is wrong with the request, by the service's model; whatever the answer was.
    pub violations: Vec<String>,
}

/// A request that is not as the service's model has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The emulator's time.
    pub at: Timestamp,
    /// Method and path, such as `POST /token`.
    pub line: String,
    /// What was asked for; `None` for what no service knows.
    pub operation: Option<Operation>,
    /// What the client calls itself.
    pub user_agent: String,
    /// What is wrong: which member is unknown, missing or of the wrong type. Shows no values.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)?;
        match self.user_agent.as_str() {
            "" => Ok(()),
            user_agent => write!(f, " ({user_agent})"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Log {
    entries: VecDeque<Logged>,
    counts: BTreeMap<Operation, u64>,
    violations: VecDeque<Violation>,
    /// Those that came since somebody asked.
    news: Vec<Violation>,
}

impl Log {
    pub(crate) fn push(&mut self, entry: Logged) {
        if let Some(operation) = entry.operation {
            *self.counts.entry(operation).or_default() += 1;
        }
        for what in &entry.violations {
            let violation = Violation {
                at: entry.at,
                line: entry.line.clone(),
                operation: entry.operation,
                user_agent: entry.user_agent.clone(),
                what: what.clone(),
            };
            self.news.push(violation.clone());
            push_bounded(&mut self.violations, violation);
        }
        push_bounded(&mut self.entries, entry);
    }

    /// The violations since the last time.
    pub(crate) fn news(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.news)
    }

    /// The oldest first.
    pub(crate) fn violations(&self) -> impl DoubleEndedIterator<Item = &Violation> {
        self.violations.iter()
    }

    /// The oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Logged> {
        self.entries.iter()
    }

    pub(crate) fn counts(&self) -> &BTreeMap<Operation, u64> {
        &self.counts
    }
}

fn push_bounded<T>(list: &mut VecDeque<T>, entry: T) {
    if list.len() == REMEMBERED {
        list.pop_front();
    }
    list.push_back(entry);
}

/// Text from outside, made printable and cut to so many characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
