use vestibule_types::Timestamp;

use super::principal::Principal;

/// A key pair that STS recognizes.
#[derive(Clone)]
pub(crate) struct KeyPair {
    pub(crate) secret: String,
    pub(crate) session_token: Option<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) principal: Principal,
    /// Whether a code of an MFA device was given for it.
    pub(crate) mfa: bool,
}

/// The temporary credentials of a principal.
#[derive(Clone, Debug)]
pub(crate) struct TemporaryCredentials {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) session_token: String,
    pub(crate) expires: Timestamp,
}
