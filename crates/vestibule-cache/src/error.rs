/// Error returned when a cached token was issued for another SSO session.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the cached token is for the {what} `{cached}`, and `{configured}` is configured")]
#[non_exhaustive]
pub struct SessionMismatch {
    /// The value that differs: `start URL` or `region`.
    pub what: &'static str,
    /// The value in the file.
    pub cached: String,
    /// The configured value.
    pub configured: String,
}
