//! A transport that replays recorded HTTP traffic (`http-traffic.json`).
//!
//! The nth request gets the response of the nth recorded connection. Afterwards [`Replay::check`]
//! compares the received requests with the recording.

mod traffic;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, Uri};
use vestibule_wire::{Request, Response};
use vestibule_world::{BoxFuture, Transport, TransportError, TransportErrorKind};

use crate::compare;
use crate::mismatch::{Checked, Mismatch};
pub(crate) use traffic::{Connection, Traffic};

/// A transport with recorded responses. Clones share its state.
#[derive(Clone, Debug)]
pub(crate) struct Replay(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    connections: Vec<Connection>,
    /// Heads of the received requests.
    received: Mutex<Vec<http::request::Parts>>,
}

impl Replay {
    pub(crate) fn new(traffic: Traffic) -> Checked<Self> {
        let connections = traffic.connections()?;
        Ok(Self(Arc::new(Shared { connections, received: Mutex::default() })))
    }

    /// Checks that every recorded request was received.
    pub(crate) fn check(&self) -> Checked {
        let received = self.0.received.lock().unwrap_or_else(PoisonError::into_inner);
        for (number, connection) in self.0.connections.iter().enumerate() {
            let context = |error: Mismatch| error.with_context(format_args!("request {number}"));
            let not_received =
                || Mismatch::new(format!("not received: {}", connection.request.uri));
            let request = received.get(number).ok_or_else(not_received).map_err(context)?;
            compare_heads(&connection.request, request).map_err(context)?;
        }
        Ok(())
    }

    fn respond(&self, request: Request) -> Result<Response, TransportError> {
        let (head, _) = request.into_parts();
        let host = head.uri.authority().map_or("", |host| host.as_str()).to_owned();
        let mut received = self.0.received.lock().unwrap_or_else(PoisonError::into_inner);
        let number = received.len();
        received.push(head);
        // `Local` errors are not retried.
        let not_recorded = || TransportError::new(TransportErrorKind::Local, host.clone());
        let connection = self.0.connections.get(number).ok_or_else(not_recorded)?;
        connection.response().map_err(|kind| TransportError::new(kind, host))
    }
}

impl Transport for Replay {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(std::future::ready(self.respond(request)))
    }
}

impl Connection {
    fn response(&self) -> Result<Response, TransportErrorKind> {
        let (status, headers) = self.response.as_ref().map_err(|_| TransportErrorKind::Connect)?;
        if self.is_truncated {
            return Err(TransportErrorKind::Lost);
        }
        let mut response = Response::new(Bytes::from(self.body.clone()));
        *response.status_mut() = *status;
        headers.clone_into(response.headers_mut());
        // Recorded content lengths are often wrong.
        if !self.body.is_empty() && headers.contains_key(CONTENT_LENGTH) {
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        }
        Ok(response)
    }
}

/// Headers to compare; other headers differ between recordings.
const COMPARED: [&str; 3] = ["x-aws-ec2-metadata-token", "x-amz-sso_bearer_token", "x-amz-x509"];

fn compare_heads(recorded: &http::request::Parts, received: &http::request::Parts) -> Checked {
    compare::values(&recorded.method, &received.method)?;
    compare::values(&Address::new(&recorded.uri), &Address::new(&received.uri))?;
    let values = |headers: &HeaderMap, name: &str| -> Vec<HeaderValue> {
        headers.get_all(name).iter().cloned().collect()
    };
    COMPARED.into_iter().filter(|name| recorded.headers.contains_key(*name)).try_for_each(|name| {
        compare::values(&values(&recorded.headers, name), &values(&received.headers, name))
            .map_err(|error| error.with_context(name))
    })
}

/// The parts of a URI, with the query pairs in any order.
#[derive(Debug, PartialEq)]
struct Address<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: BTreeSet<&'a str>,
}

impl<'a> Address<'a> {
    fn new(uri: &'a Uri) -> Self {
        let path = uri.path();
        Self {
            scheme: uri.scheme_str(),
            authority: uri.authority().map(http::uri::Authority::as_str),
            path: if path.is_empty() { "/" } else { path },
            query: uri.query().unwrap_or_default().split('&').collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vestibule_world::block_on;

    use super::*;

    fn replay() -> Replay {
        let request = |id, uri: &str, headers: serde_json::Value| {
            let request = json!({ "uri": uri, "headers": headers, "method": "GET" });
            json!({ "connection_id": id, "action": { "Request": { "request": request } } })
        };
        let data = |id, text: &str, direction: &str| {
            json!({ "connection_id": id, "action": { "Data": {
                "data": { "Utf8": text }, "direction": direction
            } } })
        };
        let response = |id, response: serde_json::Value| json!({ "connection_id": id, "action": { "Response": { "response": response } } });
        let end = |id, ok| json!({ "connection_id": id, "action": { "Eof": { "ok": ok, "direction": "Response" } } });
        let token = json!({ "x-amz-sso_bearer_token": ["hidden"] });
        let traffic = json!({ "version": "V0", "docs": "", "events": [
            request(0, "https://a.example?b=1&c=2", token),
            request(1, "https://a.example/again", json!({})),
            response(0, json!({ "Ok": {
                "status": 200, "version": "HTTP/1.1", "headers": { "Content-Length": ["99"] }
            } })),
            data(0, "two ", "Response"),
            data(0, "ignored", "Request"),
            data(0, "pieces", "Response"),
            end(0, true),
            response(1, json!({ "Err": "no route" })),
            request(2, "https://a.example/truncated", json!({})),
            response(2, json!({ "Ok": { "status": 200, "headers": {} } })),
            end(2, false),
        ] });
        Replay::new(serde_json::from_value(traffic).unwrap()).unwrap()
    }

    fn send(replay: &Replay, uri: &str, token: &str) -> Result<Response, TransportErrorKind> {
        let request = http::Request::get(uri).header("x-amz-sso_bearer_token", token);
        let sent = replay.send(request.body("".into()).unwrap());
        block_on(sent).map_err(|error| error.kind)
    }

    #[test]
    fn nth_request_gets_nth_response() {
        let replay = replay();
        let first = send(&replay, "https://a.example/?c=2&b=1", "hidden").unwrap();
        assert_eq!(first.body(), "two pieces");
        assert_eq!(first.headers()[CONTENT_LENGTH], "10");
        let second = send(&replay, "https://a.example/again", "");
        assert_eq!(second.unwrap_err(), TransportErrorKind::Connect);
        let third = send(&replay, "https://a.example/truncated", "");
        assert_eq!(third.unwrap_err(), TransportErrorKind::Lost);
        replay.check().unwrap();

        let fourth = send(&replay, "https://a.example/more", "");
        assert_eq!(fourth.unwrap_err(), TransportErrorKind::Local);
        replay.check().unwrap();
    }

    #[test]
    fn request_that_differs_from_recording_is_a_mismatch() {
        let unused = replay();
        let error = unused.check().unwrap_err().to_string();
        assert_eq!(error, "request 0\nnot received: https://a.example/?b=1&c=2");

        for (uri, token) in [
            ("https://a.example/?b=1", "hidden"),
            ("https://b.example/?b=1&c=2", "hidden"),
            ("https://a.example/?b=1&c=2", "another"),
        ] {
            let replay = replay();
            send(&replay, uri, token).unwrap();
            let error = replay.check().unwrap_err().to_string();
            assert!(error.starts_with("request 0\n") && error.contains("\n- "), "{error}");
        }
    }
}
