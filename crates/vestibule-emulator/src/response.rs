use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac_sha256::Hash;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
};
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use vestibule_wire::{Response, percent_encode};

/// The response of a service, with its entry in the log.
pub(crate) struct ServiceResponse {
    pub(crate) response: Response,
    /// The error code in the response, as clients name it.
    pub(crate) error: Option<String>,
    /// The parameters that tell one request from another, without secrets.
    pub(crate) about: String,
}

impl ServiceResponse {
    pub(crate) fn success(response: Response, about: String) -> Self {
        Self { response, error: None, about }
    }

    pub(crate) fn error(response: Response, code: impl Into<String>, about: String) -> Self {
        Self { response, error: Some(code.into()), about }
    }
}

pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    with_type(status, "application/json", body.to_string())
}

pub(crate) fn xml(status: StatusCode, body: String) -> Response {
    with_type(status, "text/xml", body)
}

pub(crate) fn text(status: StatusCode, body: String) -> Response {
    with_type(status, "text/plain; charset=utf-8", body)
}

/// Returns a page that may load nothing, run nothing, and not be framed.
pub(crate) fn html(status: StatusCode, body: String) -> Response {
    let mut response = with_type(status, "text/html; charset=utf-8", body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    // The addresses of pages contain user codes, which must not reach other sites. With
    // `no-referrer`, forms would have no `Origin` either.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Returns a page that may run this inline script, which may load pages of the emulator.
pub(crate) fn html_with_script(body: String, script: &str) -> Response {
    let mut response = html(StatusCode::OK, body);
    let hash = STANDARD.encode(Hash::hash(script.as_bytes()));
    let policy = format!("{PAGE_POLICY}; script-src 'sha256-{hash}'; connect-src 'self'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// Returns a redirect, or a bad request if no header can carry the location.
pub(crate) fn redirect(status: StatusCode, location: &str) -> Response {
    let mut response = with_type(status, "text/plain; charset=utf-8", String::new());
    match HeaderValue::from_str(location) {
        Ok(location) => {
            response.headers_mut().insert(LOCATION, location);
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

/// Returns a redirect to a client's redirect URI, with the result in the query (RFC 6749 §4.1.2).
pub(crate) fn redirect_to_client<'a>(
    redirect_uri: &str,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Response {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={}", percent_encode(value)));
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let location = format!("{redirect_uri}{separator}{}", pairs.collect::<Vec<_>>().join("&"));
    redirect(StatusCode::FOUND, &location)
}

/// Returns a response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

fn with_type(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = empty(status);
    *response.body_mut() = Bytes::from(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
