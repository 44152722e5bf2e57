use http::StatusCode;
use vestibule_wire::{Malformed, ServiceError, retry};

/// Why a call to STS gave nothing.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an answer is a refusal or unreadable")]
pub enum Error {
    /// The service said no.
    #[error(transparent)]
    Refused(ServiceError),
    /// The answer cannot be read.
    #[error(transparent)]
    Malformed(Malformed),
}

impl Error {
    /// The service's code, such as `AccessDenied`.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.code.as_deref(),
            Self::Malformed(_) => None,
        }
    }

    /// True for a refusal that asking again will not change: somebody has to change a policy, a
    /// setting or the request.
    ///
    /// These are the codes that AWS's refresh specification calls non-recoverable. An expired
    /// token is none of them, since its source may have another by now.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self.code(),
            Some(
                "AccessDenied"
                    | "MalformedPolicyDocument"
                    | "PackedPolicyTooLarge"
                    | "RegionDisabledException"
                    | "IDPRejectedClaim"
                    | "InvalidIdentityToken"
            )
        )
    }

    /// True if the service, or whom it had to ask, failed or is overloaded.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused(refusal) => {
                let status = refusal.status;
                let is_so = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                is_so || refusal.code.as_deref().is_some_and(retry::will_pass)
            }
            Self::Malformed(_) => true,
        }
    }

    /// True if the credentials or the token that the call was made with are over.
    pub fn is_expired(&self) -> bool {
        matches!(self.code(), Some("ExpiredToken" | "ExpiredTokenException"))
    }
}
