//! Suite `sigv4`: every case in both forms, every step compared.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use vestibule_sts::sigv4::{Message, Options, PathEncoding, Signed, Signing};
use vestibule_types::{Credentials, Region, SecretAccessKey, SessionToken, Timestamp};

use crate::suites;

#[test]
fn signatures_are_those_of_the_published_suite() {
    let Some(suite) = suites::path("sigv4") else { return };
    let options = suites::json(&suite.join("case-options.json")).unwrap_or_default();
    let folders = suites::folders(&suite);
    for folder in &folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        Case::load(folder, &options[name]).run();
    }
    assert!(!folders.is_empty());
}

struct Case<'a> {
    folder: &'a Path,
    request: Raw,
    credentials: Credentials,
    region: Region,
    service: String,
    at: Timestamp,
    /// The time in the canonical request, should the case's files disagree.
    canonical_at: Timestamp,
    valid: Duration,
    options: Options,
}

impl<'a> Case<'a> {
    fn load(folder: &'a Path, special: &Value) -> Self {
        let context = suites::json(&folder.join("context.json"));
        let context = context.unwrap_or_else(|| special["signing"].clone());
        assert!(context.is_object(), "{}: neither context.json nor options", folder.display());
        let keys = context.get("credentials").unwrap_or(&context);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let flag = |name: &str, default| context[name].as_bool().unwrap_or(default);
        let encoding = match special["single_encode"].as_bool() {
            Some(true) => PathEncoding::Once,
            _ => PathEncoding::Twice,
        };
        let at = text(&context["timestamp"]).parse().unwrap();
        let secret = SecretAccessKey::new(text(&keys["secret_access_key"]));
        Self {
            folder,
            request: Raw::parse(&suites::text(&folder.join("request.txt")).unwrap()),
            credentials: Credentials::new(text(&keys["access_key_id"]), secret)
                .with_session_token(keys["token"].as_str().map(SessionToken::new)),
            region: Region::new(context["region"].as_str().unwrap()).unwrap(),
            service: text(&context["service"]),
            at,
            canonical_at: special["canonical_request_timestamp"]
                .as_str()
                .map_or(at, |at| at.parse().unwrap()),
            valid: Duration::from_secs(context["expiration_in_seconds"].as_u64().unwrap_or(3600)),
            options: Options::default()
                .with_normalize_path(flag("normalize", true))
                .with_path_encoding(encoding)
                .with_payload_header(flag("sign_body", true))
                .with_sign_token(!flag("omit_session_token", false)),
        }
    }

    fn run(&self) {
        let message = self.request.message();
        let canonical = self.signing(self.canonical_at).in_headers(&message);
        let signed = self.signing(self.at).in_headers(&message);
        self.compare("header", &canonical, &signed, self.request.with_headers(&signed));

        let canonical = self.signing(self.canonical_at).in_query(&message, self.valid);
        let signed = self.signing(self.at).in_query(&message, self.valid);
        self.compare("query", &canonical, &signed, self.request.with_query(&signed));
    }

    fn signing(&self, at: Timestamp) -> Signing<'_> {
        Signing::new(&self.credentials, &self.region, &self.service, at).with_options(self.options)
    }

    fn compare(&self, form: &str, canonical: &Signed, signed: &Signed, request: Raw) {
        let check = |file: &str, found: &str| {
            let path = self.folder.join(format!("{form}-{file}.txt"));
            if let Some(expected) = suites::text(&path) {
                assert_eq!(found.trim(), expected.trim(), "{}", path.display());
            }
        };
        check("canonical-request", canonical.canonical_request().expose());
        check("string-to-sign", signed.string_to_sign());
        check("signature", signed.signature());
        let path = self.folder.join(format!("{form}-signed-request.txt"));
        if let Some(expected) = suites::text(&path) {
            assert_eq!(request.sorted(), Raw::parse(&expected).sorted(), "{}", path.display());
        }
    }
}

/// A request as text, since some of them no HTTP library would take.
#[derive(Clone, Debug, PartialEq)]
struct Raw {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Raw {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap();
        let (method, target) = first.split_once(' ').unwrap();
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines {
            match line.split_once(':') {
                Some((name, value)) if !line.starts_with(' ') => {
                    headers.push((name.to_lowercase(), value.trim().to_owned()));
                }
                _ => headers.last_mut().unwrap().1.extend(["\n", line]),
            }
        }
        let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
        Self { method: method.into(), target: target.into(), headers, body: body.trim().into() }
    }

    fn message(&self) -> Message<'_> {
        let message = Message::new(&self.method, &self.target, self.body.as_bytes());
        self.headers.iter().fold(message, |message, (name, value)| message.with_header(name, value))
    }

    fn with_headers(&self, signed: &Signed) -> Self {
        let mut request = self.clone();
        for (name, value) in signed.additions() {
            request.headers.retain(|(known, _)| known != name);
            request.headers.push((name.to_owned(), value.expose().to_owned()));
        }
        request
    }

    fn with_query(&self, signed: &Signed) -> Self {
        let mut request = self.clone();
        for (name, value) in signed.additions() {
            let join = if request.target.contains('?') { "&" } else { "?" };
            let value = vestibule_wire::percent_encode(value.expose());
            request.target.extend([join, name, "=", &value]);
        }
        request
    }

    /// The same request, with headers and query in order, and the path decoded: one published
    /// case spells it differently before and after.
    fn sorted(mut self) -> Self {
        self.headers.sort();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let mut pairs: Vec<_> = query.split('&').collect();
        pairs.sort_unstable();
        let path = percent_encoding::percent_decode_str(path).decode_utf8().unwrap();
        self.target = format!("{path}?{}", pairs.join("&"));
        self
    }
}
