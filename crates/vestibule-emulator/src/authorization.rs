//! The authorization code grant with PKCE, as far as two services share it: RFC 6749 §4.1, RFC 7636.

use std::time::Duration;

use http::{Method, StatusCode};
use vestibule_types::Timestamp;
use vestibule_wire::Request;

use crate::pages;
use crate::params::Params;
use crate::pkce;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::table::Table;

const EXPIRES_IN: Duration = Duration::from_secs(600);

/// An authorization request of a known client, with a redirect URI that it may use.
pub(crate) struct AuthorizationRequest<'a, C> {
    /// The client, which has to exchange the code.
    pub(crate) client: C,
    /// The client's name and scopes, for the page.
    pub(crate) details: (&'a str, &'a [String]),
    pub(crate) redirect_uri: &'a str,
    /// An error code and its description, which the client gets.
    pub(crate) problem: Option<(&'static str, &'static str)>,
    pub(crate) query: &'a Params,
}

/// An authorization code.
pub(crate) struct AuthorizationCode<C> {
    pub(crate) client: C,
    redirect_uri: String,
    challenge: String,
    user: String,
    expires: Timestamp,
    used: bool,
}

/// Error of a code that cannot be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeError {
    Unknown,
    Used,
    Expired,
    OtherRedirectUri,
    OtherChallenge,
}

/// The authorization codes, by their text.
pub(crate) struct AuthorizationCodes<C>(Table<AuthorizationCode<C>>);

impl<C> Default for AuthorizationCodes<C> {
    fn default() -> Self {
        Self(Table::default())
    }
}

impl<C> AuthorizationCodes<C> {
    /// Shows the page, or redirects with a code or an error.
    pub(crate) fn respond(
        &mut self,
        shared: &mut Shared,
        authorization: AuthorizationRequest<'_, C>,
        request: &Request,
        now: Timestamp,
    ) -> ServiceResponse {
        let form = Params::from_body(request);
        let is_form = request.method() == Method::POST;
        match (authorization.problem, is_form, form.get("decision")) {
            (Some((error, description)), ..) => authorization.fail(error, description),
            (None, false, _) if shared.settings.auto_approve => {
                self.approve(shared, authorization, None, now)
            }
            (None, false, _) => {
                let AuthorizationRequest { details, redirect_uri, .. } = authorization;
                let page = pages::authorize(shared, details, redirect_uri);
                ServiceResponse::success(response::html(StatusCode::OK, page), String::new())
            }
            (None, true, Some("approve")) => {
                self.approve(shared, authorization, form.get("user"), now)
            }
            (None, true, Some("deny")) => {
                authorization.fail("access_denied", "The user denied the request")
            }
            (None, true, _) => error_page("decision is neither `approve` nor `deny`"),
        }
    }

    fn approve(
        &mut self,
        shared: &mut Shared,
        authorization: AuthorizationRequest<'_, C>,
        user: Option<&str>,
        now: Timestamp,
    ) -> ServiceResponse {
        let Some(user) = shared.settings.user(user).map(str::to_owned) else {
            return error_page("user is unknown");
        };
        let text = shared.tokens.secret("", 48);
        let response = authorization.redirect(&[("code", &text)]);
        let code = AuthorizationCode {
            redirect_uri: authorization.redirect_uri.to_owned(),
            challenge: authorization.query.get("code_challenge").unwrap_or_default().to_owned(),
            client: authorization.client,
            user,
            expires: now + EXPIRES_IN,
            used: false,
        };
        self.0.insert(text, code);
        ServiceResponse::success(response, String::new())
    }

    /// Returns the code of a client.
    pub(crate) fn find(
        &mut self,
        text: &str,
        is_client: impl Fn(&C) -> bool,
        now: Timestamp,
    ) -> Result<&mut AuthorizationCode<C>, CodeError> {
        match self.0.get_mut(text).filter(|code| is_client(&code.client)) {
            None => Err(CodeError::Unknown),
            Some(code) if code.used => Err(CodeError::Used),
            Some(code) if code.expires <= now => Err(CodeError::Expired),
            Some(code) => Ok(code),
        }
    }

    pub(crate) fn remove_expired(&mut self, is_expired: impl Fn(Timestamp) -> bool) {
        self.0.remove_expired(|code| is_expired(code.expires));
    }
}

impl<C> AuthorizationCode<C> {
    /// Exchanges the code: returns the user who approved it.
    pub(crate) fn exchange(
        &mut self,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<String, CodeError> {
        if self.redirect_uri != redirect_uri {
            return Err(CodeError::OtherRedirectUri);
        }
        if !pkce::matches(verifier, &self.challenge) {
            return Err(CodeError::OtherChallenge);
        }
        self.used = true;
        Ok(self.user.clone())
    }
}

impl<C> AuthorizationRequest<'_, C> {
    fn fail(&self, error: &str, description: &str) -> ServiceResponse {
        let response = self.redirect(&[("error", error), ("error_description", description)]);
        ServiceResponse::error(response, error, String::new())
    }

    fn redirect(&self, pairs: &[(&str, &str)]) -> vestibule_wire::Response {
        let state = self.query.get("state").map(|state| ("state", state));
        response::redirect_to_client(self.redirect_uri, pairs.iter().copied().chain(state))
    }
}

impl CodeError {
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Unknown => "The code is unknown",
            Self::Used => "The code was used",
            Self::Expired => "The code expired",
            Self::OtherRedirectUri => "redirectUri is not the one authorized",
            Self::OtherChallenge => "codeVerifier does not match the challenge",
        }
    }
}

/// Returns a page with the problem. It does not redirect.
pub(crate) fn error_page(problem: &str) -> ServiceResponse {
    let page = response::html(StatusCode::BAD_REQUEST, pages::problem(problem));
    ServiceResponse::error(page, problem, String::new())
}
