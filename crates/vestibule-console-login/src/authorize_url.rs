use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vestibule_types::CodeVerifier;
use vestibule_wire::{Endpoint, percent_encode};

use crate::Device;

/// The address of the page on which a person signs in.
///
/// Unlike Identity Center's it calls the method `SHA-256` and has OAuth's `scope`; the order is the
/// AWS CLI's.
pub(crate) fn authorize_url(
    at: &Endpoint,
    device: Device,
    state: &str,
    verifier: &CodeVerifier,
) -> String {
    let challenge = hmac_sha256::Hash::hash(verifier.expose().as_bytes());
    let query = [
        ("response_type", "code"),
        ("client_id", device.client_id()),
        ("state", state),
        ("code_challenge_method", "SHA-256"),
        ("scope", "openid"),
        ("redirect_uri", &device.redirect_uri(at)),
        ("code_challenge", &URL_SAFE_NO_PAD.encode(challenge)),
    ]
    .map(|(name, value)| format!("{name}={}", percent_encode(value)))
    .join("&");
    format!("{}/v1/authorize?{query}", at.url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_aws_cli_writes_it() {
        let at = Endpoint::at("https://us-east-1.signin.aws.amazon.com", None).unwrap();
        let verifier = CodeVerifier::new("a".repeat(64));
        let challenge = "_-BU_nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs";
        assert_eq!(
            authorize_url(&at, Device::Same { port: 4321 }, "S", &verifier),
            format!(
                "https://us-east-1.signin.aws.amazon.com/v1/authorize?response_type=code\
                 &client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state=S\
                 &code_challenge_method=SHA-256&scope=openid\
                 &redirect_uri=http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback\
                 &code_challenge={challenge}"
            )
        );
        let remote = authorize_url(&at, Device::Cross, "S", &verifier);
        assert!(remote.contains("devtools%2Fcross-device&"), "{remote}");
        let page = "&redirect_uri=https%3A%2F%2Fus-east-1.signin.aws.amazon.com\
                    %2Fv1%2Fsessions%2Fconfirmation&";
        assert!(remote.contains(page), "{remote}");
    }
}
