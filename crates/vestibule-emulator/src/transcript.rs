//! Bodies for the log, with secrets masked.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use vestibule_wire::{Request, Response};

use crate::params::Params;

/// The longest body in the log, in characters.
const MAX_CHARS: usize = 4096;

/// Returns the query and the body of a request, with secrets masked.
pub(crate) fn masked_request(request: &Request) -> String {
    let query = masked_pairs(Params::from_query(request));
    let body = masked_body(request.headers(), request.body(), Direction::Request);
    let separator = if query.is_empty() || body.is_empty() { "" } else { "\n\n" };
    shortened(&format!("{query}{separator}{body}"))
}

/// Returns the body of a response, with secrets masked.
pub(crate) fn masked_response(response: &Response) -> String {
    shortened(&masked_body(response.headers(), response.body(), Direction::Response))
}

/// Shows the last four characters of a secret that is long enough to stay secret.
pub(crate) fn masked(secret: &str) -> String {
    let shown = secret.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
    let end = if 32 <= secret.len() { &secret[shown..] } else { "" };
    format!("…{end}")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Request,
    Response,
}

fn masked_body(headers: &HeaderMap<HeaderValue>, body: &[u8], direction: Direction) -> String {
    if body.is_empty() {
        return String::new();
    }
    if let Ok(mut json) = serde_json::from_slice::<Value>(body)
        && (json.is_object() || json.is_array())
    {
        mask_json(&mut json, direction);
        return serde_json::to_string_pretty(&json).unwrap_or_default();
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match (content_type.unwrap_or_default(), std::str::from_utf8(body)) {
        ("text/xml", Ok(text)) => masked_xml(text),
        (_, Ok(text)) if direction == Direction::Request && text.contains('=') => {
            masked_pairs(Params::parse(text))
        }
        // Session tokens of instance metadata are plain text.
        (content_type, _) => format!("({} bytes, {content_type})", body.len()),
    }
}

fn mask_json(value: &mut Value, direction: Direction) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if is_secret(name, direction) => *text = masked(text),
                    member => mask_json(member, direction),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|each| mask_json(each, direction)),
        _ => {}
    }
}

fn masked_pairs(pairs: Params) -> String {
    let lines = pairs.into_pairs().into_iter().map(|(name, value)| {
        let is_secret = is_secret(&name, Direction::Request);
        let value = if is_secret { masked(&value) } else { value };
        format!("{name}={value}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Masks the text of elements, each of which gets a line.
fn masked_xml(xml: &str) -> String {
    let mut lines = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        if tag.starts_with('/') || text.is_empty() {
            continue;
        }
        let is_secret = is_secret(tag, Direction::Response);
        let text = if is_secret { masked(text) } else { crate::escape::unescape(text) };
        lines.push(format!("{tag}: {text}"));
    }
    lines.join("\n")
}

/// Returns whether members with this name have secrets, by the words in it.
fn is_secret(name: &str, direction: Direction) -> bool {
    let name = name.to_ascii_lowercase();
    let words =
        ["secret", "token", "password", "assertion", "verifier", "devicecode", "sessionkey"];
    match name.as_str() {
        "tokentype" => false,
        "code" | "state" | "session" => direction == Direction::Request,
        name => words.iter().any(|word| name.contains(word)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        Some((index, _)) => format!("{}…", &text[..index]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn request(uri: &str, body: String) -> Request {
        http::Request::post(uri).body(body.into()).unwrap()
    }

    #[test]
    fn secrets_in_json_are_masked() {
        let body = format!(
            r#"{{"clientId":"c","clientSecret":"{SECRET}","list":[{{"refreshToken":"short"}}],
               "accessToken":{{"secretAccessKey":"{SECRET}"}},"tokenType":"Bearer","code":"x"}}"#
        );
        let shown = masked_request(&request("http://localhost/token", body.clone()));
        assert!(!shown.contains(SECRET) && !shown.contains("short"), "{shown}");
        for part in ["\"clientId\": \"c\"", "\"…cdef\"", "\"Bearer\"", "\"code\": \"…\""] {
            assert!(shown.contains(part), "{shown}");
        }
        let response = http::Response::new(r#"{"code":"InvalidIdInRequest"}"#.into());
        assert!(masked_response(&response).contains("InvalidIdInRequest"));
    }

    #[test]
    fn secrets_in_queries_forms_and_xml_are_masked() {
        let form = format!("Action=AssumeRole&RoleArn=arn%3Aaws&TokenCode={SECRET}");
        let shown = masked_request(&request("http://localhost/?state=s&x=1", form));
        assert_eq!(shown, "state=…\nx=1\n\nAction=AssumeRole\nRoleArn=arn:aws\nTokenCode=…cdef");
        let xml = format!(
            "<R xmlns=\"n\"><AccessKeyId>AK&amp;</AccessKeyId><SecretAccessKey>{SECRET}\
             </SecretAccessKey></R>"
        );
        let response = crate::response::xml(http::StatusCode::OK, xml);
        assert_eq!(masked_response(&response), "AccessKeyId: AK&\nSecretAccessKey: …cdef");
    }

    #[test]
    fn plain_text_is_not_shown_and_long_text_is_cut() {
        let response = crate::response::text(http::StatusCode::OK, SECRET.to_owned());
        assert_eq!(masked_response(&response), "(32 bytes, text/plain; charset=utf-8)");
        let long = format!("a={}", "ü".repeat(5000));
        let shown = masked_request(&request("http://localhost/", long));
        assert_eq!(shown.chars().count(), MAX_CHARS + 1);
    }
}
