use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
};
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use vestibule_wire::{Response, percent_encode};

/// What a service says, and what the log keeps of it.
pub(crate) struct Answered {
    pub(crate) response: Response,
    /// The error in it, as clients name it.
    pub(crate) error: Option<String>,
    /// What was asked for, in a few words without secrets.
    pub(crate) about: String,
}

pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    with_type(status, "application/json", body.to_string())
}

pub(crate) fn xml(status: StatusCode, body: String) -> Response {
    with_type(status, "text/xml", body)
}

pub(crate) fn text(body: String) -> Response {
    with_type(StatusCode::OK, "text/plain; charset=utf-8", body)
}

/// A page. Nothing in it may load, run or be framed.
pub(crate) fn html(status: StatusCode, body: String) -> Response {
    let mut response = with_type(status, "text/html; charset=utf-8", body);
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    // Addresses of pages have codes in them, which are no other site's business; without any
    // referrer, forms would have no origin either.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Sends a browser elsewhere; a location that no header can carry is a bad request.
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

/// Sends a browser back to the program that sent it, with news in the query.
pub(crate) fn send_back<'a>(
    uri: &str,
    news: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Response {
    let pairs = news.into_iter().map(|(name, value)| format!("{name}={}", percent_encode(value)));
    let mark = if uri.contains('?') { '&' } else { '?' };
    let location = format!("{uri}{mark}{}", pairs.collect::<Vec<_>>().join("&"));
    redirect(StatusCode::FOUND, &location)
}

/// An answer without a body, as a gateway gives it.
pub(crate) fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

fn with_type(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
