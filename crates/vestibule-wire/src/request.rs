use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};
use serde::Serialize;
use vestibule_types::{joined, json};

use crate::{Endpoint, Request, percent_encode};

/// Error returned when a value cannot be part of an HTTP request, such as a header with a line break.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{part} contains characters that are not allowed in an HTTP request")]
#[non_exhaustive]
pub struct RequestError {
    /// The part of the request.
    pub part: String,
}

impl RequestError {
    /// Creates the error for a part of the request; never for its value, which may be a secret.
    pub fn new(part: impl Into<String>) -> Self {
        Self { part: part.into() }
    }
}

/// The time limit of one exchange, as an extension of the request for the transport.
///
/// A blocking transport has to apply it itself, since its future cannot be raced against a timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "one span of time")]
pub struct RequestTimeout(pub Duration);

/// The description of a request for the log: an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "facts that the caller knows")]
pub struct RequestInfo {
    /// The name of the operation.
    pub operation: &'static str,
    /// The number of the attempt, from 1.
    pub attempt: u32,
}

/// A builder of a request to an [`Endpoint`]; see [`Endpoint::get`] and [`Endpoint::post`].
#[derive(Debug)]
pub struct RequestBuilder {
    url: String,
    has_query: bool,
    request: Request,
    error: Option<RequestError>,
}

impl RequestBuilder {
    pub(crate) fn new(endpoint: &Endpoint, method: Method, path: &str) -> Self {
        let mut request = Request::default();
        *request.method_mut() = method;
        Self { url: format!("{}{path}", endpoint.url()), has_query: false, request, error: None }
    }

    /// Adds a pair to the query, percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.url.push_str(&pair((name, value)));
        self
    }

    /// Sets a header.
    #[must_use]
    pub fn header(self, name: &'static str, value: &str) -> Self {
        self.any_header(name, value, false)
    }

    /// Sets a secret header: HTTP/2 does not index it, and `Debug` does not show it.
    #[must_use]
    pub fn secret_header(self, name: &'static str, value: &str) -> Self {
        self.any_header(name, value, true)
    }

    fn any_header(mut self, name: &'static str, value: &str, is_sensitive: bool) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(is_sensitive);
                self.insert(name, value);
            }
            Err(_) => self.error = Some(RequestError::new(format!("header {name}"))),
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

    /// Sets a form as the body, percent-encoded.
    #[must_use]
    pub fn form<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let body = joined(pairs.into_iter().map(pair), "&");
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.insert("content-type", form);
        *self.request.body_mut() = body.into();
        self
    }

    /// Returns the request.
    ///
    /// # Errors
    /// A part that no request can contain.
    pub fn finish(self) -> Result<Request, RequestError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut request = self.request;
        *request.uri_mut() = self.url.parse().map_err(|_| RequestError::new("the address"))?;
        Ok(request)
    }

    fn insert(&mut self, name: &'static str, value: HeaderValue) {
        self.request.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

fn pair((name, value): (&str, &str)) -> String {
    format!("{}={}", percent_encode(name), percent_encode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_has_query_headers_and_body() {
        #[derive(Serialize)]
        struct Content {
            text: &'static str,
        }

        let endpoint = Endpoint::parse("https://portal.test", None).unwrap();
        let request = endpoint
            .post("/things")
            .query("name", "a b")
            .query("next", "1")
            .header("x-plain", "shown")
            .secret_header("x-secret", "hidden")
            .json(&Content { text: "a" })
            .finish()
            .unwrap();
        assert_eq!(request.method(), Method::POST);
        assert_eq!(*request.uri(), "https://portal.test/things?name=a%20b&next=1");
        assert_eq!(request.headers()["x-plain"], "shown");
        assert_eq!(request.headers()["x-secret"], "hidden");
        assert!(request.headers()["x-secret"].is_sensitive());
        assert!(!request.headers()["x-plain"].is_sensitive());
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(&**request.body(), br#"{"text":"a"}"#);
        let form = endpoint.post("/things").form([("a", "b c"), ("d", "&")]).finish().unwrap();
        assert_eq!(form.headers()["content-type"], "application/x-www-form-urlencoded");
        assert_eq!(&**form.body(), b"a=b%20c&d=%26");
    }

    #[test]
    fn value_with_a_line_break_is_an_error_without_the_value() {
        let endpoint = Endpoint::parse("https://portal.test", None).unwrap();
        let error = endpoint.get("/").secret_header("x-secret", "hid\nden").finish().unwrap_err();
        assert_eq!(
            error.to_string(),
            "header x-secret contains characters that are not allowed in an HTTP request"
        );
        assert!(endpoint.get("/a b").finish().is_err());
    }
}
