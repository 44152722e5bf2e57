use std::fmt;
use std::io;
use std::sync::Arc;

use vestibule_provider::{Error, ErrorKind};
use vestibule_types::Secret;
use vestibule_world::BoxFuture;

/// The prompt for codes of MFA devices; by default there is none, and a code is an error.
///
/// The prompt function gets the ARN or the serial number of the device. It is called once for each
/// role that needs a code, whenever new credentials are needed. A code that is not six digits is not
/// sent.
#[derive(Clone)]
pub struct MfaPrompt(Arc<Prompt>);

type Prompt = dyn Fn(&str) -> BoxFuture<'static, io::Result<Secret>> + Send + Sync;

impl MfaPrompt {
    /// Prompts by this function. Its error is the reason why there is no code.
    pub fn new(
        prompt: impl Fn(&str) -> BoxFuture<'static, io::Result<Secret>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(prompt))
    }

    /// Prompts by this function, which blocks the calling thread until the user answers.
    pub fn blocking(prompt: impl Fn(&str) -> io::Result<Secret> + Send + Sync + 'static) -> Self {
        Self::new(move |device| {
            let code = prompt(device);
            Box::pin(async move { code })
        })
    }

    /// Prompts for a code, for the provider of this name.
    pub(crate) async fn code(&self, provider: &'static str, device: &str) -> Result<Secret, Error> {
        (self.0)(device).await.and_then(|typed| six_digits(&typed)).map_err(|source| {
            let error = NoCode { device: device.to_owned(), source };
            Error::new(provider, ErrorKind::CodeNeeded, error)
        })
    }
}

impl Default for MfaPrompt {
    fn default() -> Self {
        Self::blocking(|_| {
            Err(io::Error::new(io::ErrorKind::Unsupported, "no prompt is available"))
        })
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
    Err(io::Error::new(io::ErrorKind::InvalidInput, "a code has six digits"))
}

#[derive(Debug, thiserror::Error)]
#[error("a code of the MFA device {device} is needed")]
struct NoCode {
    device: String,
    #[source]
    source: io::Error,
}
