use std::fmt;
use std::io;
use std::sync::Arc;

use vestibule_provider::{ProvideError, ProvideErrorKind};
use vestibule_types::Secret;
use vestibule_world::BoxFuture;

/// How to ask a person for the code that an MFA device shows: by default, not at all.
///
/// It is given the ARN or the serial number of the device, and asked once for each role that needs
/// a code, whenever its credentials are needed and none are left. Six digits are sent, anything
/// else is not.
#[derive(Clone)]
pub struct MfaPrompt(Arc<Ask>);

type Ask = dyn Fn(&str) -> BoxFuture<'static, io::Result<Secret>> + Send + Sync;

impl MfaPrompt {
    /// Asks this way. An error says why there is no code.
    pub fn new(
        ask: impl Fn(&str) -> BoxFuture<'static, io::Result<Secret>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(ask))
    }

    /// Asks this way, and blocks whoever wants the credentials until there is an answer.
    pub fn blocking(ask: impl Fn(&str) -> io::Result<Secret> + Send + Sync + 'static) -> Self {
        Self::new(move |device| {
            let answer = ask(device);
            Box::pin(async move { answer })
        })
    }

    /// The code that the device shows, for the provider of this name.
    pub(crate) async fn code(
        &self,
        provider: &'static str,
        device: &str,
    ) -> Result<Secret, ProvideError> {
        (self.0)(device).await.and_then(|typed| six_digits(&typed)).map_err(|source| {
            let error = NoCode { device: device.to_owned(), source };
            ProvideError::new(provider, ProvideErrorKind::CodeNeeded, error)
        })
    }
}

impl Default for MfaPrompt {
    fn default() -> Self {
        Self::blocking(|_| Err(io::Error::new(io::ErrorKind::Unsupported, "nobody can be asked")))
    }
}

impl fmt::Debug for MfaPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MfaPrompt(..)")
    }
}

fn six_digits(typed: &Secret) -> io::Result<Secret> {
    let text = typed.expose().trim();
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Secret::new(text));
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "a code is six digits"))
}

/// Nobody read a code off the device.
#[derive(Debug, thiserror::Error)]
#[error("a code of the MFA device {device} is needed")]
struct NoCode {
    device: String,
    #[source]
    source: io::Error,
}
