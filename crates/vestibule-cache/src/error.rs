/// Error returned when a cached token was issued for another SSO session.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the values that identify a session")]
pub enum SessionMismatch {
    /// The token was issued for another portal.
    #[error("the cached token was issued for {cached}, but sso_start_url is {configured}")]
    StartUrl {
        /// The value in the file.
        cached: String,
        /// The configured value.
        configured: String,
    },
    /// The token was issued for another region.
    #[error("the cached token was issued for {cached}, but sso_region is now {configured}")]
    Region {
        /// The value in the file.
        cached: String,
        /// The configured value.
        configured: String,
    },
}
