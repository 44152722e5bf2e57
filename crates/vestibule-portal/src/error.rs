use std::fmt;

use vestibule_types::{AccessToken, AccountId, RoleName};
use vestibule_wire::ResponseError;

#[cfg(feature = "sign-in")]
use crate::ListLimit;

/// Error returned by portal operations.
///
/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/CommonErrors.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    /// `None` for an endless list.
    response: Option<Box<ResponseError>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The access token expired, was revoked, or belongs to another region. Refresh it, or sign in.
    Unauthorized,
    /// This role, account or list is not assigned to the user. Signing in again does not help.
    Forbidden(Subject),
    /// This role or account does not exist, or no longer.
    NotFound(Subject),
    /// Too many requests, even after retries.
    Throttled,
    /// Any other error response.
    Service,
    /// The response is malformed.
    Malformed,
    /// A list beyond a limit, or whose pages repeat.
    #[cfg(feature = "sign-in")]
    EndlessList(ListLimit),
}

impl Error {
    /// Classifies an error response by its code, or by its status if the code is unknown.
    pub(crate) fn from_response(
        response: ResponseError,
        subject: Subject,
        token: &AccessToken,
    ) -> Self {
        let response = response.without_secrets(&[token.expose()]);
        let kind = match &response {
            ResponseError::Malformed(_) => ErrorKind::Malformed,
            ResponseError::Service(error) => match (error.code.as_deref(), error.status.as_u16()) {
                (Some("UnauthorizedException"), _) | (_, 401) => ErrorKind::Unauthorized,
                (Some("ForbiddenException"), _) | (_, 403) => ErrorKind::Forbidden(subject),
                (Some("ResourceNotFoundException"), _) | (_, 404) => ErrorKind::NotFound(subject),
                _ if error.is_throttling() => ErrorKind::Throttled,
                _ => ErrorKind::Service,
            },
        };
        Self { kind, response: Some(Box::new(response)) }
    }

    #[cfg(feature = "sign-in")]
    pub(crate) fn endless_list(limit: ListLimit) -> Self {
        Self { kind: ErrorKind::EndlessList(limit), response: None }
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Returns whether a retry may succeed: the service is overloaded or failed, or the response is not
    /// from the service.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Throttled | ErrorKind::Service | ErrorKind::Malformed)
            && self.response.as_ref().is_some_and(|response| response.is_transient())
    }

    /// Returns the account of a role that is not assigned to the user, or does not exist.
    pub fn denied_role(&self) -> Option<&AccountId> {
        match &self.kind {
            ErrorKind::Forbidden(Subject::Role { account_id, .. })
            | ErrorKind::NotFound(Subject::Role { account_id, .. }) => Some(account_id),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, &self.response) {
            (ErrorKind::Unauthorized, _) => {
                f.write_str("the access portal does not accept the access token")
            }
            (ErrorKind::Forbidden(subject), _) => {
                write!(f, "no access to {subject}: it is not assigned to you, or misspelled")
            }
            (ErrorKind::NotFound(subject), _) => {
                write!(f, "{subject} does not exist in the access portal")
            }
            (ErrorKind::Throttled, _) => f.write_str("the access portal throttled the requests"),
            #[cfg(feature = "sign-in")]
            (ErrorKind::EndlessList(limit), _) => {
                write!(f, "the access portal returned an endless list: {limit}")
            }
            (ErrorKind::Service | ErrorKind::Malformed, response) => {
                response.as_ref().map_or(Ok(()), |response| response.fmt(f))
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind {
            // Displayed in place of the error.
            ErrorKind::Service | ErrorKind::Malformed => None,
            _ => self.response.as_deref().map(|response| response as _),
        }
    }
}

/// The subject of a request, displayed as ``role `SampleRole` in account `111122223333` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// A role.
    Role {
        /// The account id.
        account_id: AccountId,
        /// The role name.
        role_name: RoleName,
    },
    /// The roles of an account.
    Account(AccountId),
    /// The list of accounts.
    Accounts,
    /// The portal session.
    Session,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { account_id, role_name } => {
                write!(f, "role `{role_name}` in account `{account_id}`")
            }
            Self::Account(account_id) => write!(f, "account `{account_id}`"),
            Self::Accounts => f.write_str("the list of accounts"),
            Self::Session => f.write_str("the portal session"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use bytes::Bytes;
    use vestibule_wire::{Response, rest_json};

    use super::*;

    fn response(status: u16, kind: &str, message: &str) -> Response {
        let body = serde_json::json!({ "message": message, "__type": format!("portal#{kind}") });
        http::Response::builder().status(status).body(Bytes::from(body.to_string())).unwrap()
    }

    fn error(response: &Response) -> Error {
        let subject = Subject::Role {
            account_id: AccountId::new("111122223333").unwrap(),
            role_name: RoleName::new("SampleRole").unwrap(),
        };
        let error = rest_json::read_empty(response).unwrap_err();
        Error::from_response(error, subject, &AccessToken::new("very-secret"))
    }

    /// Checks the message with that of its source, and whether the error is transient.
    #[track_caller]
    fn check(response: &Response, expected: &str, is_transient: bool) {
        let error = error(response);
        let cause = error.source().map(|cause| format!("; {cause}")).unwrap_or_default();
        assert_eq!(format!("{error}{cause}"), expected);
        assert_eq!(error.is_transient(), is_transient);
    }

    #[test]
    fn error_codes_are_classified() {
        check(
            &response(401, "UnauthorizedException", "Session token not found or invalid"),
            "the access portal does not accept the access token; \
             UnauthorizedException: Session token not found or invalid (HTTP 401)",
            false,
        );
        check(
            &response(403, "ForbiddenException", "No access"),
            "no access to role `SampleRole` in account `111122223333`: \
             it is not assigned to you, or misspelled; \
             ForbiddenException: No access (HTTP 403)",
            false,
        );
        check(
            &response(404, "ResourceNotFoundException", ""),
            "role `SampleRole` in account `111122223333` does not exist in the access portal; \
             ResourceNotFoundException (HTTP 404)",
            false,
        );
        check(
            &response(429, "TooManyRequestsException", ""),
            "the access portal throttled the requests; TooManyRequestsException (HTTP 429)",
            true,
        );
        check(
            &response(400, "InvalidRequestException", "bad"),
            "InvalidRequestException: bad (HTTP 400)",
            false,
        );
        check(&response(500, "InternalError", ""), "InternalError (HTTP 500)", true);
    }

    #[test]
    fn denied_role_names_its_account_and_other_errors_name_none() {
        for (status, account) in [
            (401, None),
            (403, Some("111122223333")),
            (404, Some("111122223333")),
            (429, None),
            (500, None),
        ] {
            let error = error(&response(status, "Unknown", ""));
            assert_eq!(error.denied_role().map(AccountId::as_str), account, "{status}");
        }
    }

    #[test]
    fn errors_without_code_are_classified_by_status() {
        for status in [401, 403, 404, 429] {
            let bare = http::Response::builder().status(status).body(Bytes::new()).unwrap();
            assert!(*error(&bare).kind() != ErrorKind::Service, "{status}");
        }
    }

    #[test]
    fn token_is_removed_from_errors() {
        let error = error(&response(401, "UnauthorizedException", "very-secret is no token"));
        let shown = format!("{error:?} {}", error.source().unwrap());
        assert!(!shown.contains("very-secret"), "{shown}");
    }
}
