//! As much HTTP as a demo on loopback needs: one request a connection, plain text.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::failure::{Failure, Result};

/// The answer to one request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

pub(crate) fn get(url: &str) -> Result<Answer> {
    exchange("GET", url, "")
}

/// Sends a form.
pub(crate) fn post(url: &str, form: &str) -> Result<Answer> {
    exchange("POST", url, form)
}

/// Makes something that needs no content.
pub(crate) fn put(url: &str) -> Result<Answer> {
    exchange("PUT", url, "")
}

fn exchange(method: &str, url: &str, form: &str) -> Result<Answer> {
    let rest =
        url.strip_prefix("http://").ok_or_else(|| Failure::new(format!("not http: {url}")))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let length = form.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    );
    let answer = talk(host, request.as_bytes())
        .map_err(|error| Failure::new(format!("{host} does not answer: {error}")))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let location = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location").then(|| value.trim().to_owned())
    });
    let status = status.ok_or_else(|| Failure::new(format!("{host} does not speak HTTP")))?;
    Ok(Answer { status, location, body: body.to_owned() })
}

fn talk(host: &str, request: &[u8]) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
