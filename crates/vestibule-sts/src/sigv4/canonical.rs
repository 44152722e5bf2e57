//! The canonical request, which client and service hash.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use vestibule_types::joined;

use super::{Options, PathEncoding, SignableRequest};

/// All characters but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Headers that are not signed, since proxies and clients change or add them in transit.
const UNSIGNED: [&str; 4] = ["authorization", "user-agent", "x-amzn-trace-id", "transfer-encoding"];

/// Headers that a signature sets; earlier values are replaced.
pub(super) const DATE: &str = "x-amz-date";
pub(super) const TOKEN: &str = "x-amz-security-token";
pub(super) const PAYLOAD: &str = "x-amz-content-sha256";

/// The headers that a signature covers: sorted names and normalized values.
pub(super) struct SignedHeaders(Vec<(String, String)>);

impl SignedHeaders {
    /// Collects the headers of a message; `added` replace those of the same name.
    pub(super) fn new(message: &SignableRequest<'_>, added: &[(&'static str, &str)]) -> Self {
        let replaced = |name: &str| {
            [DATE, TOKEN].contains(&name) || added.iter().any(|(added, _)| *added == name)
        };
        let own = message
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .filter(|(name, _)| !UNSIGNED.contains(name) && !replaced(name));
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, value) in own.chain(added.iter().copied()) {
            let value = collapse_spaces(value);
            match headers.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.extend([",", &value]),
                None => headers.push((name.to_owned(), value)),
            }
        }
        headers.sort();
        Self(headers)
    }

    /// Returns the sorted names, such as `host;x-amz-date`.
    pub(super) fn names(&self) -> String {
        joined(self.0.iter().map(|(name, _)| name), ";")
    }
}

/// Returns the canonical request; `added` are the query parameters of the signature.
pub(super) fn request(
    message: &SignableRequest<'_>,
    headers: &SignedHeaders,
    added: &[(&'static str, &str)],
    payload_hash: &str,
    options: Options,
) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n",
        message.method,
        path(message.path, options),
        query(message.query, added)
    );
    for (name, value) in &headers.0 {
        let _ = writeln!(text, "{name}:{value}");
    }
    let _ = write!(text, "\n{}\n{payload_hash}", headers.names());
    text
}

fn path(path: &str, options: Options) -> String {
    let path = match (options.normalize_path, path) {
        (true, path) => normalize(path),
        (false, "") => "/".to_owned(),
        (false, path) => path.to_owned(),
    };
    match options.path_encoding {
        PathEncoding::Once => path,
        PathEncoding::Twice => percent_encode(path.as_bytes(), RESERVED_IN_PATH).to_string(),
    }
}

/// Removes dot segments (RFC 3986 §5.2.4) and empty segments.
fn normalize(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            name => kept.push(name),
        }
    }
    let is_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let last = if is_folder && !kept.is_empty() { "/" } else { "" };
    format!("/{}{last}", joined(kept, "/"))
}

/// Returns all parameters, re-encoded and sorted.
fn query(query: &str, added: &[(&'static str, &str)]) -> String {
    let own = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (reencode(name), reencode(value))
    });
    let added = added.iter().map(|(name, value)| {
        (vestibule_wire::percent_encode(name), vestibule_wire::percent_encode(value))
    });
    let mut pairs: Vec<_> = own.chain(added).collect();
    pairs.sort();
    joined(pairs.iter().map(|(name, value)| format!("{name}={value}")), "&")
}

/// Decodes and encodes a text. Services read `+` in a query as a space.
fn reencode(text: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(&text.replace('+', " ")).collect();
    percent_encode(&bytes, RESERVED).to_string()
}

/// Returns a value trimmed, with runs of spaces collapsed; line breaks of a folded value count as
/// spaces.
fn collapse_spaces(value: &str) -> String {
    joined(value.split([' ', '\r', '\n']).filter(|word| !word.is_empty()), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_with_dot_segments_is_normalized() {
        for (given, expected) in [
            ("", "/"),
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("//a//", "/a/"),
            ("/./a/.", "/a/"),
            ("/a/b/..", "/a/"),
            ("/../../a", "/a"),
            ("/a/../..", "/"),
            ("a", "/a"),
        ] {
            assert_eq!(normalize(given), expected, "{given}");
        }
    }

    #[test]
    fn query_is_reencoded_and_sorted() {
        for (given, expected) in [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1", "a=1&a=2"),
            ("flag", "flag="),
            ("a=x+y&b=%7e%2f", "a=x%20y&b=~%2F"),
            ("a==&&b", "a=%3D&b="),
            ("a=%zz", "a=%25zz"),
        ] {
            assert_eq!(query(given, &[]), expected, "{given}");
        }
    }

    #[test]
    fn repeated_headers_are_joined_and_proxy_headers_left_out() {
        let message = SignableRequest::new("GET", "/", b"")
            .with_header("User-Agent", "x")
            .with_header("X-Amzn-Trace-Id", "x")
            .with_header("Transfer-Encoding", "chunked")
            .with_header("Authorization", "x")
            .with_header("X-Amz-Date", "old")
            .with_header("b", " two   words ")
            .with_header("a", "1")
            .with_header("B", "again");
        let headers = SignedHeaders::new(&message, &[(DATE, "new")]);
        assert_eq!(headers.names(), "a;b;x-amz-date");
        let value = |name| &headers.0.iter().find(|(known, _)| known == name).unwrap().1;
        assert_eq!(value("b"), "two words,again");
        assert_eq!(value(DATE), "new");
    }
}
