//! The format of `http-traffic.json`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

use crate::mismatch::{Checked, Mismatch};

/// A recording: events of numbered connections, in order of time.
#[derive(Debug, Deserialize)]
pub(crate) struct Traffic {
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
struct Event {
    connection_id: usize,
    action: Action,
}

#[derive(Debug, Deserialize)]
enum Action {
    Request { request: RequestHead },
    Response { response: Result<ResponseHead, String> },
    Data { data: Data, direction: Direction },
    Eof { ok: bool, direction: Direction },
}

#[derive(Debug, Deserialize)]
struct RequestHead {
    uri: String,
    headers: Headers,
    method: String,
}

#[derive(Debug, Deserialize)]
struct ResponseHead {
    status: u16,
    headers: Headers,
}

type Headers = BTreeMap<String, Vec<String>>;

#[derive(Debug, Deserialize)]
enum Data {
    Utf8(String),
    Base64(String),
}

#[derive(Debug, Deserialize, PartialEq)]
enum Direction {
    Request,
    Response,
}

/// A recorded request and its response.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) request: http::request::Parts,
    /// The response head, or the connection error.
    pub(super) response: Result<(StatusCode, HeaderMap), String>,
    pub(super) body: Vec<u8>,
    /// Whether the connection closed in the middle of the response.
    pub(super) is_truncated: bool,
}

impl Traffic {
    /// Returns the connections, in order of their numbers.
    pub(super) fn connections(self) -> Checked<Vec<Connection>> {
        let mut connections: BTreeMap<usize, Connection> = BTreeMap::new();
        for Event { connection_id, action } in self.events {
            match (connections.entry(connection_id), action) {
                (Entry::Vacant(entry), Action::Request { request }) => {
                    entry.insert(request.into_connection()?);
                }
                (Entry::Occupied(mut connection), action) => connection.get_mut().apply(action)?,
                (Entry::Vacant(_), _) => {
                    let text = format!("connection {connection_id} does not begin with a request");
                    return Err(Mismatch::new(text));
                }
            }
        }
        if connections.keys().copied().eq(0..connections.len()) {
            Ok(connections.into_values().collect())
        } else {
            Err(Mismatch::new("connection numbers are not consecutive"))
        }
    }
}

impl RequestHead {
    fn into_connection(self) -> Checked<Connection> {
        let builder = http::Request::builder().method(self.method.as_str()).uri(self.uri);
        let (mut request, ()) = builder.body(())?.into_parts();
        request.headers = parse_headers(self.headers)?;
        let response = Err("no response was recorded".to_owned());
        Ok(Connection { request, response, body: Vec::new(), is_truncated: false })
    }
}

impl Connection {
    /// Applies an event. Request bodies are ignored because they differ between runs.
    fn apply(&mut self, action: Action) -> Checked {
        match action {
            Action::Request { .. } => {
                return Err(Mismatch::new("a connection has two requests"));
            }
            Action::Response { response: Ok(ResponseHead { status, headers }) } => {
                self.response = Ok((StatusCode::from_u16(status)?, parse_headers(headers)?));
            }
            Action::Response { response: Err(text) } => self.response = Err(text),
            Action::Data { data, direction: Direction::Response } => {
                self.body.extend(data.bytes()?);
            }
            Action::Eof { ok: false, direction: Direction::Response } => self.is_truncated = true,
            Action::Data { .. } | Action::Eof { .. } => {}
        }
        Ok(())
    }
}

impl Data {
    fn bytes(self) -> Checked<Vec<u8>> {
        match self {
            Self::Utf8(text) => Ok(text.into_bytes()),
            Self::Base64(text) => {
                STANDARD.decode(text).map_err(|error| Mismatch::new(error.to_string()))
            }
        }
    }
}

fn parse_headers(headers: Headers) -> Checked<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, values) in headers {
        let name = HeaderName::from_str(&name)?;
        for value in values {
            map.append(name.clone(), HeaderValue::from_str(&value)?);
        }
    }
    Ok(map)
}
