use vestibule_wire::sign_in::{Pkce, WebAddress};
use vestibule_wire::{Endpoint, RedirectUri, RequestError};

use crate::Registration;

/// Returns the URL of the page on which the user approves the sign-in.
///
/// The parameter is `scopes`, not OAuth's `scope`; the order is that of the AWS CLI.
pub(crate) fn authorize_url(
    endpoint: &Endpoint,
    registration: &Registration,
    redirect: RedirectUri,
    state: &str,
    pkce: &Pkce,
) -> Result<WebAddress, RequestError> {
    WebAddress::with_query(
        endpoint,
        "/authorize",
        &[
            ("response_type", "code"),
            ("client_id", &registration.client_id),
            ("redirect_uri", &redirect.address()),
            ("state", state),
            ("code_challenge_method", "S256"),
            ("scopes", &registration.scopes.join(" ")),
            ("code_challenge", &pkce.challenge),
        ],
    )
}
