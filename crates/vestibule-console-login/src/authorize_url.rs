use vestibule_wire::sign_in::{Pkce, WebAddress};
use vestibule_wire::{Endpoint, RequestError};

use crate::Device;

/// Returns the URL of the page on which the user signs in.
///
/// Unlike Identity Center's it names the method `SHA-256` and has OAuth's `scope`; the order is that
/// of the AWS CLI.
pub(crate) fn authorize_url(
    endpoint: &Endpoint,
    device: Device,
    state: &str,
    pkce: &Pkce,
) -> Result<WebAddress, RequestError> {
    WebAddress::with_query(
        endpoint,
        "/v1/authorize",
        &[
            ("response_type", "code"),
            ("client_id", device.client_id()),
            ("state", state),
            ("code_challenge_method", "SHA-256"),
            ("scope", "openid"),
            ("redirect_uri", &device.redirect_uri(endpoint)),
            ("code_challenge", &pkce.challenge),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorize_url_equals_that_of_the_aws_cli() {
        let endpoint = Endpoint::parse("https://us-east-1.signin.aws.amazon.com", None).unwrap();
        let pkce = Pkce::new(&[0; 48]);
        let challenge = &pkce.challenge;
        assert_eq!(
            authorize_url(&endpoint, Device::Same { port: 4321 }, "S", &pkce).unwrap().as_str(),
            format!(
                "https://us-east-1.signin.aws.amazon.com/v1/authorize?response_type=code\
                 &client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state=S\
                 &code_challenge_method=SHA-256&scope=openid\
                 &redirect_uri=http%3A%2F%2F127.0.0.1%3A4321%2Foauth%2Fcallback\
                 &code_challenge={challenge}"
            )
        );
        let remote = authorize_url(&endpoint, Device::Cross, "S", &pkce).unwrap();
        let remote = remote.as_str();
        assert!(remote.contains("devtools%2Fcross-device&"), "{remote}");
        let page = "&redirect_uri=https%3A%2F%2Fus-east-1.signin.aws.amazon.com\
                    %2Fv1%2Fsessions%2Fconfirmation&";
        assert!(remote.contains(page), "{remote}");
    }
}
