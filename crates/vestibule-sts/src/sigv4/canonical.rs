//! The canonical request: the one spelling of a request that both sides can hash.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::{Message, Options, PathEncoding};

/// All but the unreserved characters of RFC 3986 §2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Headers that are not signed, since proxies and clients change or add them on the way.
const UNSIGNED: [&str; 4] = ["authorization", "user-agent", "x-amzn-trace-id", "transfer-encoding"];

/// What a signature brings along itself; older values of these go.
pub(super) const DATE: &str = "x-amz-date";
pub(super) const TOKEN: &str = "x-amz-security-token";
pub(super) const PAYLOAD: &str = "x-amz-content-sha256";

/// The headers a signature covers: names in order, values in their one spelling.
pub(super) struct SignedHeaders(Vec<(String, String)>);

impl SignedHeaders {
    /// The message's own, with `added` in place of those of the same name.
    pub(super) fn of(message: &Message<'_>, added: &[(&'static str, &str)]) -> Self {
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
            match headers.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
                Ok(known) => {
                    headers[known].1.push(',');
                    headers[known].1.push_str(&single_spaced(value));
                }
                Err(place) => headers.insert(place, (name.to_owned(), single_spaced(value))),
            }
        }
        Self(headers)
    }

    /// `host;x-amz-date`.
    pub(super) fn names(&self) -> String {
        joined(self.0.iter().map(|(name, _)| name.as_str()), ';')
    }
}

/// The canonical request; `added` are the pairs that the signature brings to the query.
pub(super) fn request(
    message: &Message<'_>,
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
        (true, path) => normalized(path),
        (false, "") => "/".to_owned(),
        (false, path) => path.to_owned(),
    };
    match options.path_encoding {
        PathEncoding::Once => path,
        PathEncoding::Twice => percent_encode(path.as_bytes(), RESERVED_IN_PATH).to_string(),
    }
}

/// RFC 3986 §5.2.4, and empty segments go too.
fn normalized(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            name => kept.push(name),
        }
    }
    let names_a_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let last = if names_a_folder && !kept.is_empty() { "/" } else { "" };
    format!("/{}{last}", joined(kept.into_iter(), '/'))
}

/// Every pair decoded and encoded again, in order of the encoded texts.
fn query(query: &str, added: &[(&'static str, &str)]) -> String {
    let own = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (recoded(name), recoded(value))
    });
    let added = added.iter().map(|(name, value)| (encoded(name), encoded(value)));
    let mut pairs = Vec::new();
    for pair in own.chain(added) {
        pairs.insert(pairs.partition_point(|other| *other < pair), pair);
    }
    joined(pairs.iter().map(|(name, value)| format!("{name}={value}")), '&')
}

/// Services read `+` in a query as a space, so that is what they sign.
fn recoded(text: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(&text.replace('+', " ")).collect();
    percent_encode(&bytes, RESERVED).to_string()
}

pub(super) fn encoded(text: &str) -> String {
    percent_encode(text.as_bytes(), RESERVED).to_string()
}

/// Trimmed, and runs of spaces made one; the line breaks of a folded value count as spaces.
fn single_spaced(value: &str) -> String {
    let words = value.split([' ', '\r', '\n']).filter(|word| !word.is_empty());
    joined(words, ' ')
}

/// Texts of which none is empty, and a sign between them.
fn joined(texts: impl Iterator<Item = impl AsRef<str>>, sign: char) -> String {
    let mut joined = String::new();
    for text in texts {
        if !joined.is_empty() {
            joined.push(sign);
        }
        joined.push_str(text.as_ref());
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_dots_and_empty_segments() {
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
            assert_eq!(normalized(given), expected, "{given}");
        }
    }

    #[test]
    fn queries_are_spelled_one_way() {
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
    fn proxies_headers_are_left_out_and_repeats_joined() {
        let message = Message::new("GET", "/", b"")
            .with_header("User-Agent", "x")
            .with_header("X-Amzn-Trace-Id", "x")
            .with_header("Transfer-Encoding", "chunked")
            .with_header("Authorization", "x")
            .with_header("X-Amz-Date", "old")
            .with_header("b", " two   words ")
            .with_header("a", "1")
            .with_header("B", "again");
        let headers = SignedHeaders::of(&message, &[(DATE, "new")]);
        assert_eq!(headers.names(), "a;b;x-amz-date");
        assert_eq!(headers.0[1].1, "two words,again");
        assert_eq!(headers.0[2].1, "new");
    }
}
