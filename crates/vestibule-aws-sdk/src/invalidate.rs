use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use vestibule::Session;

/// Error codes with which services reject credentials before their expiration.
const CODES: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired"];

/// An interceptor that invalidates the session's credentials when a service rejects them as expired, so that the next
/// request is signed with new ones.
///
/// It is added to a client, since an [`SdkConfig`](aws_types::SdkConfig) cannot hold one:
///
/// ```text
/// let config = aws_sdk_s3::config::Builder::from(&sdk_config)
///     .interceptor(vestibule_aws_sdk::InvalidateExpired::new(session))
///     .build();
/// ```
#[derive(Clone, Debug)]
pub struct InvalidateExpired(Session);

impl InvalidateExpired {
    /// Creates the interceptor for clients with the credentials of this session.
    pub fn new(session: Session) -> Self {
        Self(session)
    }
}

impl Intercept for InvalidateExpired {
    fn name(&self) -> &'static str {
        "InvalidateExpired"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (Some(request), Some(response)) = (context.request(), context.response()) else {
            return Ok(());
        };
        let is_error = !response.status().is_success();
        if is_error
            && response.body().bytes().is_some_and(has_code)
            && let Some(id) = request.headers().get("authorization").and_then(access_key_id)
        {
            self.0.invalidate(id);
        }
        Ok(())
    }
}

/// Returns the access key id of a Signature Version 4 header: `… Credential=ID/20260101/…`.
fn access_key_id(authorization: &str) -> Option<&str> {
    let (_, credential) = authorization.split_once("Credential=")?;
    credential.split('/').next().filter(|id| !id.is_empty())
}

/// Returns whether the body of an error response contains one of the [`CODES`] as a whole word, in XML or
/// JSON.
fn has_code(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| CODES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_key_id_is_that_of_the_signature() {
        let header = "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20260101/us-east-1/s3/aws4_request";
        assert_eq!(access_key_id(header), Some("ASIAEXAMPLE"));
        assert_eq!(access_key_id("Bearer token"), None);
    }

    #[test]
    fn code_is_found_in_xml_and_json() {
        assert!(has_code(b"<Error><Code>ExpiredToken</Code></Error>"));
        assert!(has_code(br#"{"__type":"com.amazonaws#ExpiredTokenException"}"#));
        assert!(!has_code(b"<Error><Code>AccessDenied</Code></Error>"));
        assert!(!has_code(b"<Error><Message>NotAnExpiredTokenAtAll</Message></Error>"));
    }
}
