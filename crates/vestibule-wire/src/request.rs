use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Method};
use serde::Serialize;
use vestibule_types::json;

use crate::{Endpoint, Request, percent_encode};

/// A value that no request can carry: a header with a control character, a path that is none.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{what} holds characters that no HTTP request can carry")]
#[non_exhaustive]
pub struct Unsendable {
    /// Which part of the request.
    pub what: String,
}

impl Unsendable {
    /// Names the part; never its value, which may be a secret.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

/// How long one exchange may take: an extension of a request, for transports to hold to.
///
/// A transport that blocks cannot be raced against a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "one span of time")]
pub struct RequestTimeout(pub Duration);

/// Builds one request to an [`Endpoint`]; see [`Endpoint::get`] and [`Endpoint::post`].
#[derive(Debug)]
pub struct RequestBuilder {
    url: String,
    has_query: bool,
    request: Request,
    error: Option<Unsendable>,
}

impl RequestBuilder {
    pub(crate) fn new(at: &Endpoint, method: Method, path: &str) -> Self {
        let mut request = Request::default();
        *request.method_mut() = method;
        Self { url: format!("{}{path}", at.url()), has_query: false, request, error: None }
    }

    /// Adds one pair to the query, percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.url.push_str(&pair((name, value)));
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => self.insert(name, value),
            Err(_) => self.error = Some(Unsendable::new(format!("header {name}"))),
        }
        self
    }

    /// Sets a header that is a secret: HTTP/2 never indexes it, `Debug` never shows it.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.insert(name, value);
            }
            Err(_) => self.error = Some(Unsendable::new(format!("header {name}"))),
        }
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.insert("content-type", HeaderValue::from_static("application/json"));
        *self.request.body_mut() = std::mem::take(&mut *json::to_vec_compact(body)).into();
        self
    }

    /// A form as body, percent-encoded.
    #[must_use]
    pub fn form<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let body = pairs.into_iter().map(pair).collect::<Vec<_>>().join("&");
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.request.headers_mut().insert(CONTENT_TYPE, form);
        *self.request.body_mut() = body.into();
        self
    }

    /// The request.
    ///
    /// # Errors
    /// The first part given that no request can carry.
    pub fn finish(self) -> Result<Request, Unsendable> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut request = self.request;
        *request.uri_mut() = self.url.parse().map_err(|_| Unsendable::new("the address"))?;
        Ok(request)
    }

    fn insert(&mut self, name: &'static str, value: HeaderValue) {
        self.request.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

fn pair((name, value): (&str, &str)) -> String {
    format!("{}={}", percent_encode(name), percent_encode(value))
}
