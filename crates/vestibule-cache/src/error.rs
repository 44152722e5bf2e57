/// A token that is of another sign-in than the one asked for.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the cached token is for the {what} `{cached}`, and `{configured}` is configured")]
#[non_exhaustive]
pub struct OfAnotherSignIn {
    /// In what they differ: `start URL` or `region`.
    pub what: &'static str,
    /// What the file says.
    pub cached: String,
    /// What the configuration says.
    pub configured: String,
}
