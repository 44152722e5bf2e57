use vestibule_wire::{Endpoint, percent_encode};

use crate::{Pkce, RedirectUri, Registration, WebAddress};

/// Returns the URL of the page on which the user approves the sign-in.
///
/// The parameter is `scopes`, not OAuth's `scope`; the order is that of the AWS CLI.
pub(crate) fn authorize_url(
    at: &Endpoint,
    registration: &Registration,
    redirect: RedirectUri,
    state: &str,
    pkce: &Pkce,
) -> Option<WebAddress> {
    let scopes = registration.scopes.join(" ");
    let redirect = redirect.address();
    let query = [
        ("response_type", "code"),
        ("client_id", &registration.client_id),
        ("redirect_uri", &redirect),
        ("state", state),
        ("code_challenge_method", "S256"),
        ("scopes", &scopes),
        ("code_challenge", &pkce.challenge),
    ]
    .map(|(name, value)| format!("{name}={}", percent_encode(value)))
    .join("&");
    WebAddress::new(&format!("{}/authorize?{query}", at.url()))
}
