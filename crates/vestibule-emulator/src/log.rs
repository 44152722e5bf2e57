use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use http::StatusCode;
use vestibule_types::Timestamp;

use crate::operation::Operation;

/// The number of requests, and of violations, that the log holds. All requests are counted.
const MAX_ENTRIES: usize = 1000;

/// A request in the log of the emulator, without secrets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The time of the request, by the clock of the emulator.
    pub at: Timestamp,
    /// The operation, or `None` if no service has this method and path.
    pub operation: Option<Operation>,
    /// Method and path, such as `POST /token`.
    pub line: String,
    /// The parameters that tell requests apart: grant type, account and role, access key id.
    pub about: String,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The status of the response, or `None` if the connection was closed instead.
    pub status: Option<StatusCode>,
    /// The error code in the response.
    pub error: Option<String>,
    /// Whether a scheduled fault was applied.
    pub scripted: bool,
    /// The query and the body of the request, with secrets masked.
    pub request_body: String,
    /// The body of the response, with secrets masked.
    pub response_body: String,
    /// The ways in which the request differs from the service's model.
    pub violations: Vec<String>,
}

/// A difference between a request and the service's model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The time of the request, by the clock of the emulator.
    pub at: Timestamp,
    /// Method and path, such as `POST /token`.
    pub line: String,
    /// The operation, or `None` if no service has this method and path.
    pub operation: Option<Operation>,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The member that is unknown, missing or of the wrong type. Contains no values.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.problem)?;
        match self.user_agent.as_str() {
            "" => Ok(()),
            user_agent => write!(f, " ({user_agent})"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Log {
    entries: VecDeque<LoggedRequest>,
    /// The number of requests, including those that were dropped.
    total: usize,
    counts: BTreeMap<Operation, u64>,
    violations: VecDeque<Violation>,
    /// Violations that the listener has not been told yet.
    unreported: Vec<Violation>,
}

impl Log {
    pub(crate) fn push(&mut self, entry: LoggedRequest) {
        if let Some(operation) = entry.operation {
            *self.counts.entry(operation).or_default() += 1;
        }
        for problem in &entry.violations {
            let violation = Violation {
                at: entry.at,
                line: entry.line.clone(),
                operation: entry.operation,
                user_agent: entry.user_agent.clone(),
                problem: problem.clone(),
            };
            self.unreported.push(violation.clone());
            push_bounded(&mut self.violations, violation);
        }
        self.total += 1;
        push_bounded(&mut self.entries, entry);
    }

    /// Returns the violations since the last call.
    pub(crate) fn take_unreported(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.unreported)
    }

    /// Returns the violations, the oldest first.
    pub(crate) fn violations(&self) -> impl DoubleEndedIterator<Item = &Violation> {
        self.violations.iter()
    }

    /// Returns the requests, the oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &LoggedRequest> {
        self.entries.iter()
    }

    /// Returns the requests with their numbers, the newest first.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &LoggedRequest)> {
        (1..=self.total).rev().zip(self.entries.iter().rev())
    }

    pub(crate) fn counts(&self) -> &BTreeMap<Operation, u64> {
        &self.counts
    }
}

fn push_bounded<T>(list: &mut VecDeque<T>, entry: T) {
    if list.len() == MAX_ENTRIES {
        list.pop_front();
    }
    list.push_back(entry);
}
