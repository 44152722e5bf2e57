use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use crate::error::{Error, ErrorKind, suggestion};

/// A fault of a service or of the network.
///
/// In scripts, it has the text of its `Display`: an error code such as `slow_down`, with a status
/// such as `server_error:400`, a status such as `503`, `latency:500` in milliseconds,
/// `retry-after:30` in seconds, or a name such as `reset`. Codes that no service has are written
/// as `error:CODE`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The service sends an error response with this code, and does nothing else.
    Error(String),
    /// Like [`Error`](Self::Error), with this status in place of that of the code.
    ErrorWithStatus(String, StatusCode),
    /// A gateway sends a response with this status and no body. The service gets no request.
    Status(StatusCode),
    /// A captive portal sends a page with status 200. The service gets no request.
    Html,
    /// The service handles the request, and the response is delayed. Can be combined with any other
    /// fault.
    Latency(Duration),
    /// The response has `Retry-After` in seconds (RFC 9110 §10.2.3). Can be combined with any other
    /// fault.
    RetryAfter(Duration),
    /// All sessions are revoked before the service gets the request. Can be combined with any other
    /// fault.
    Revoke,
    /// All sessions expire before the service gets the request. Can be combined with any other
    /// fault.
    ExpireSessions,
    /// All client registrations expire before the service gets the request. Can be combined with
    /// any other fault.
    ExpireRegistrations,
    /// The connection is closed before the service gets the request.
    Reset,
    /// The service handles the request, and the connection is closed without a response.
    LoseResponse,
    /// The service handles the request, and the connection is closed in the middle of the response.
    ResetMidBody,
    /// The service handles the request, and the second half of the response is missing.
    Truncate,
    /// The response never ends. The service gets no request.
    Endless,
    /// An instance or a container agent sends the credentials of the last response, even if they
    /// have expired, as one does that is offline. Has no effect on the other services.
    Stale,
}

/// The names of faults without a value.
const NAMES: [(&str, Fault); 10] = [
    ("html", Fault::Html),
    ("revoke", Fault::Revoke),
    ("expire-sessions", Fault::ExpireSessions),
    ("expire-registrations", Fault::ExpireRegistrations),
    ("reset", Fault::Reset),
    ("lose-response", Fault::LoseResponse),
    ("reset-mid-body", Fault::ResetMidBody),
    ("truncate", Fault::Truncate),
    ("endless", Fault::Endless),
    ("stale", Fault::Stale),
];

/// The error codes of the services, as in their models and in the common errors of AWS.
#[rustfmt::skip]
const ERROR_CODES: [&str; 70] = [
    // OIDC, with the names of shapes.
    "access_denied", "authorization_pending", "expired_token", "invalid_client",
    "invalid_client_metadata", "invalid_grant", "invalid_redirect_uri", "invalid_request",
    "invalid_scope", "server_error", "slow_down", "unauthorized_client",
    "unsupported_grant_type", "AccessDeniedException", "AuthorizationPendingException",
    "ExpiredTokenException", "InternalServerException", "InvalidClientException",
    "InvalidClientMetadataException", "InvalidGrantException", "InvalidRedirectUriException",
    "InvalidRequestException", "InvalidScopeException", "SlowDownException",
    "UnauthorizedClientException", "UnsupportedGrantTypeException",
    // The access portal.
    "ForbiddenException", "ResourceNotFoundException", "TooManyRequestsException",
    "UnauthorizedException",
    // STS.
    "AccessDenied", "ExpiredToken", "IDPCommunicationError", "IDPRejectedClaim",
    "IncompleteSignature", "InternalFailure", "InvalidAction", "InvalidClientTokenId",
    "InvalidIdentityToken", "MalformedPolicyDocument", "MissingAuthenticationToken",
    "OptInRequired", "PackedPolicyTooLarge", "RegionDisabledException", "RequestExpired",
    "RequestLimitExceeded", "ServiceUnavailable", "SignatureDoesNotMatch", "Throttling",
    "ThrottlingException", "ValidationError",
    // Console login.
    "AUTHCODE_EXPIRED", "INSUFFICIENT_PERMISSIONS", "INVALID_REQUEST", "TOKEN_EXPIRED",
    "USER_CREDENTIALS_CHANGED", "TooManyRequestsError", "ValidationException",
    // Instance metadata and container agents.
    "AssumeRoleUnauthorizedAccess", "CredentialsUninitialized", "Failed", "InternalError",
    "InternalServerError", "InvalidIdInRequest", "InvalidInstanceProfile",
    "InvalidTokenException", "NoIdInRequest", "ServiceUnavailableException", "ValidationFailed",
    "UnsupportedOperation",
];

impl Fault {
    /// Returns the error `slow_down`, which makes the client poll less often.
    pub fn slow_down() -> Self {
        Self::Error("slow_down".into())
    }

    /// Returns the error `TooManyRequestsException`, with which the portal throttles.
    pub fn throttled() -> Self {
        Self::Error("TooManyRequestsException".into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(code) if ERROR_CODES.contains(&code.as_str()) => f.write_str(code),
            Self::Error(code) => write!(f, "error:{code}"),
            Self::ErrorWithStatus(code, status) => write!(f, "{code}:{}", status.as_str()),
            Self::Status(status) => f.write_str(status.as_str()),
            Self::Latency(span) => write!(f, "latency:{}", span.as_millis()),
            Self::RetryAfter(span) => write!(f, "retry-after:{}", span.as_secs()),
            _ => {
                let name = NAMES.iter().find(|(_, fault)| fault == self);
                f.write_str(name.map_or("", |(name, _)| name))
            }
        }
    }
}

impl FromStr for Fault {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parsed = match text.split_once(':') {
            Some(("latency", value)) => {
                value.parse().ok().map(|value| Self::Latency(Duration::from_millis(value)))
            }
            Some(("retry-after", value)) => {
                value.parse().ok().map(|value| Self::RetryAfter(Duration::from_secs(value)))
            }
            Some(("error", code)) if is_code(code) => Some(Self::Error(code.to_owned())),
            Some((code, status)) if ERROR_CODES.contains(&code) => {
                status.parse().ok().map(|status| Self::ErrorWithStatus(code.to_owned(), status))
            }
            Some(_) => None,
            None if ERROR_CODES.contains(&text) => Some(Self::Error(text.to_owned())),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().ok().map(Self::Status)
            }
            None => NAMES.into_iter().find(|(name, _)| *name == text).map(|(_, fault)| fault),
        };
        parsed.ok_or_else(|| unknown(text))
    }
}

/// Returns whether the text can be an error code.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn unknown(text: &str) -> Error {
    let names = NAMES.map(|(name, _)| name);
    let all = format!(
        "; write an error code (`error:CODE` if no service has it), a status, \
         `latency:MILLISECONDS`, `retry-after:SECONDS`, {}",
        names.map(|name| format!("`{name}`")).join(", ")
    );
    let known = names.into_iter().chain(ERROR_CODES).chain(["latency:500", "retry-after:30"]);
    let message = format!("`{text}` is not a fault{}", suggestion(text, known, &all));
    Error::new(ErrorKind::UnknownFault, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_is_parsed_as_it_is_displayed() {
        for text in [
            "slow_down",
            "ExpiredToken",
            "error:SomethingNew",
            "server_error:400",
            "503",
            "latency:250",
            "retry-after:30",
        ]
        .into_iter()
        .chain(NAMES.map(|(name, _)| name))
        .chain(ERROR_CODES)
        {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn unknown_fault_is_refused_with_a_similar_one() {
        for (text, expected) in [
            ("slowdown", "`slowdown` is not a fault; did you mean `slow_down`?"),
            ("InvalidGrant", "`InvalidGrant` is not a fault; did you mean `invalid_grant`?"),
            ("lost-response", "did you mean `lose-response`?"),
            ("latency", "did you mean `latency:500`?"),
            ("latency:x", "did you mean `latency:500`?"),
            ("", "`` is not a fault; write an error code"),
            ("99", "`99` is not a fault; write"),
            ("12345", "is not a fault; write"),
            ("two words", "is not a fault; write"),
            ("<b>", "is not a fault; write"),
            ("error:<b>", "is not a fault"),
            ("server_error:99", "is not a fault; did you mean `server_error`?"),
        ] {
            let error = text.parse::<Fault>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownFault, "{text:?}");
            assert!(error.message().contains(expected), "{error}");
        }
    }
}
