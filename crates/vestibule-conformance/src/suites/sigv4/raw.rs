//! A raw HTTP request. HTTP libraries reject some requests of the suite.

use percent_encoding::percent_decode_str;
use vestibule_sts::sigv4::{SignableRequest, SigningOutput};
use vestibule_wire::percent_encode;

use crate::mismatch::{Checked, Mismatch};

#[derive(Clone)]
pub(super) struct Raw {
    method: String,
    target: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: String,
}

impl Raw {
    pub(super) fn parse(text: &str) -> Checked<Self> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let first = lines.next().and_then(|first| first.split_once(' '));
        let (method, target) = first.ok_or_else(|| Mismatch::new("the request has no target"))?;
        let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);

        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines {
            match (line.split_once(':'), headers.last_mut()) {
                (Some((name, value)), _) if !line.starts_with(' ') => {
                    headers.push((name.to_lowercase(), value.trim().to_owned()));
                }
                (_, Some((_, folded))) => folded.extend(["\n", line]),
                _ => return Err(Mismatch::new(format!("invalid header: {line}"))),
            }
        }
        Ok(Self { method: method.into(), target: target.into(), headers, body: body.trim().into() })
    }

    pub(super) fn message(&self) -> SignableRequest<'_> {
        let message = SignableRequest::new(&self.method, &self.target, self.body.as_bytes());
        self.headers.iter().fold(message, |message, (name, value)| message.with_header(name, value))
    }

    pub(super) fn with_headers(&self, signed: &SigningOutput) -> Self {
        let mut request = self.clone();
        for (name, value) in signed.additions() {
            request.headers.retain(|(existing, _)| existing != name);
            request.headers.push((name.to_owned(), value.expose().to_owned()));
        }
        request
    }

    pub(super) fn with_query(&self, signed: &SigningOutput) -> Self {
        let mut request = self.clone();
        for (name, value) in signed.additions() {
            let join = if request.target.contains('?') { "&" } else { "?" };
            request.target.extend([join, name, "=", &percent_encode(value.expose())]);
        }
        request
    }

    /// Returns the request with sorted headers and query pairs, one per line.
    ///
    /// The path is decoded because the files of a case encode spaces in it differently.
    pub(super) fn sorted(&self) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let path = percent_decode_str(path).decode_utf8_lossy();
        let mut query: Vec<_> = query.split('&').map(|pair| format!("  {pair}")).collect();
        let mut headers: Vec<_> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        query.sort();
        headers.sort();
        let head = format!("{} {path}\n{}\n{}", self.method, query.join("\n"), headers.join("\n"));
        format!("{head}\n\n{}", self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_request_is_parsed_and_sorted() {
        let text = "GET /a%20b?z=1&y HTTP/1.1\nHost:x\nFolded: one\n  two\n\nbody\n";
        let request = Raw::parse(text).unwrap();
        assert_eq!(request.sorted(), "GET /a b\n  y\n  z=1\nfolded: one\n  two\nhost: x\n\nbody");
        assert!(Raw::parse("").is_err());
        assert!(Raw::parse("GET /\n folded").is_err());
    }
}
