use std::fmt;

use vestibule_types::{AccessToken, AccountId, RoleName};
use vestibule_wire::{AnswerError, Malformed, ServiceError};

/// What the access portal says instead of an answer, by what to do about it.
///
/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/CommonErrors.html>
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The token is expired, revoked, or of another region: refresh it, else sign in.
    #[error("the access portal does not accept the access token")]
    Unauthorized(#[source] ServiceError),
    /// Whoever signed in may not have it. Signing in again changes nothing.
    #[error("no access to {to}: not assigned to the person signed in, or misspelt")]
    Forbidden {
        /// To what.
        to: Subject,
        /// In the service's words.
        source: ServiceError,
    },
    /// It is not there, or no longer.
    #[error("the access portal does not know {what}")]
    NotFound {
        /// What was asked for.
        what: Subject,
        /// In the service's words.
        source: ServiceError,
    },
    /// Too many calls, even after waiting.
    #[error("the access portal was asked too often")]
    Throttled(#[source] ServiceError),
    /// Anything else the service refuses, or fails to do.
    #[error(transparent)]
    Service(ServiceError),
    /// The answer cannot be read.
    #[error(transparent)]
    Malformed(Malformed),
    /// A list whose pages repeat, or do not end.
    #[error("the access portal's list does not end: it was left after {pages} pages")]
    Endless {
        /// How many pages were read.
        pages: usize,
    },
}

impl Error {
    /// True if it may pass: the service is busy or failed, or something else answered for it.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Throttled(_) | Self::Malformed(_) => true,
            Self::Service(error) => error.status.is_server_error(),
            _ => false,
        }
    }

    /// Sorts an error answer by its name, and by its status where it has no name we know.
    pub(crate) fn from_answer(error: AnswerError, about: Subject, token: &AccessToken) -> Self {
        let error = match error {
            AnswerError::Malformed(malformed) => return Self::Malformed(malformed),
            AnswerError::Service(error) => error.without(&[token.expose()]),
        };
        match (error.code.as_deref(), error.status.as_u16()) {
            (Some("UnauthorizedException"), _) | (_, 401) => Self::Unauthorized(error),
            (Some("ForbiddenException"), _) | (_, 403) => {
                Self::Forbidden { to: about, source: error }
            }
            (Some("ResourceNotFoundException"), _) | (_, 404) => {
                Self::NotFound { what: about, source: error }
            }
            (Some("TooManyRequestsException"), _) | (_, 429) => Self::Throttled(error),
            _ => Self::Service(error),
        }
    }
}

/// What a call was about, in words: ``role `SampleRole` in account `111122223333` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// One role.
    Role {
        /// The account that holds it.
        account_id: AccountId,
        /// Its name.
        role_name: RoleName,
    },
    /// The roles of one account.
    Account(AccountId),
    /// The accounts.
    Accounts,
    /// The sign-in itself.
    SignIn,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { account_id, role_name } => {
                write!(f, "role `{role_name}` in account `{account_id}`")
            }
            Self::Account(account_id) => write!(f, "account `{account_id}`"),
            Self::Accounts => f.write_str("the list of accounts"),
            Self::SignIn => f.write_str("the sign-in"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use bytes::Bytes;
    use vestibule_wire::{Response, rest_json};

    use super::*;

    fn answer(status: u16, kind: &str, message: &str) -> Response {
        let body = serde_json::json!({ "message": message, "__type": format!("portal#{kind}") });
        http::Response::builder().status(status).body(Bytes::from(body.to_string())).unwrap()
    }

    fn error(response: &Response) -> Error {
        let about = Subject::Role {
            account_id: AccountId::new("111122223333").unwrap(),
            role_name: RoleName::new("SampleRole").unwrap(),
        };
        let error = rest_json::read_empty(response).unwrap_err();
        Error::from_answer(error, about, &AccessToken::new("very-secret"))
    }

    /// The message and that of its cause, and whether it may pass.
    #[track_caller]
    fn check(response: &Response, expected: &str, is_transient: bool) {
        let error = error(response);
        let cause = error.source().map(|cause| format!("; {cause}")).unwrap_or_default();
        assert_eq!(format!("{error}{cause}"), expected);
        assert_eq!(error.is_transient(), is_transient);
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        check(
            &answer(401, "UnauthorizedException", "Session token not found or invalid"),
            "the access portal does not accept the access token; \
             UnauthorizedException: Session token not found or invalid (HTTP 401)",
            false,
        );
        check(
            &answer(403, "ForbiddenException", "No access"),
            "no access to role `SampleRole` in account `111122223333`: \
             not assigned to the person signed in, or misspelt; \
             ForbiddenException: No access (HTTP 403)",
            false,
        );
        check(
            &answer(404, "ResourceNotFoundException", ""),
            "the access portal does not know role `SampleRole` in account `111122223333`; \
             ResourceNotFoundException (HTTP 404)",
            false,
        );
        check(
            &answer(429, "TooManyRequestsException", ""),
            "the access portal was asked too often; TooManyRequestsException (HTTP 429)",
            true,
        );
        check(
            &answer(400, "InvalidRequestException", "bad"),
            "InvalidRequestException: bad (HTTP 400)",
            false,
        );
        check(&answer(500, "InternalError", ""), "InternalError (HTTP 500)", true);
    }

    #[test]
    fn a_status_alone_will_do() {
        for status in [401, 403, 404, 429] {
            let bare = http::Response::builder().status(status).body(Bytes::new()).unwrap();
            assert!(!matches!(error(&bare), Error::Service(_)), "{status}");
        }
    }

    #[test]
    fn the_token_is_not_repeated() {
        let error = error(&answer(401, "UnauthorizedException", "very-secret is no token"));
        let shown = format!("{error:?} {}", error.source().unwrap());
        assert!(!shown.contains("very-secret"), "{shown}");
    }
}
