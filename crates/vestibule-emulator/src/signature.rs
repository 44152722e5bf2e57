//! Verification of Signature Version 4, written from its specification alone.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
//! (read 2026-11)

use std::borrow::Cow;
use std::time::Duration;

use hmac_sha256::{HMAC, Hash};
use http::header::{AUTHORIZATION, HOST};
use vestibule_types::{Timestamp, hex};
use vestibule_wire::{Request, percent_encode};

use crate::params::Params;

/// The largest difference between the clocks of client and service.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// The signature of a request, parsed.
#[derive(Debug)]
pub(crate) struct Signature<'a> {
    pub(crate) access_key_id: Cow<'a, str>,
    pub(crate) region: Cow<'a, str>,
    pub(crate) service: Cow<'a, str>,
    pub(crate) session_token: Option<Cow<'a, str>>,
    day: Cow<'a, str>,
    at: Cow<'a, str>,
    headers: Cow<'a, str>,
    hex: Cow<'a, str>,
}

/// Error returned when a signature is missing or not valid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// The request is not signed.
    Missing,
    /// This part is missing or malformed.
    Incomplete(&'static str),
    /// The signature does not match the request, for this reason.
    Mismatch(String),
}

const HMAC_SHA256: &str = "AWS4-HMAC-SHA256";

/// The query parameter of a presigned request that its signature cannot cover.
const QUERY_SIGNATURE: &str = "X-Amz-Signature";

impl<'a> Signature<'a> {
    /// Returns whether the signature is in the query.
    pub(crate) fn is_presigned(request: &Request) -> bool {
        request.uri().query().is_some_and(|query| query.contains(QUERY_SIGNATURE))
    }

    pub(crate) fn parse(request: &'a Request) -> Result<Self, SignatureError> {
        if Self::is_presigned(request) {
            return Self::from_query(&Params::from_query(request));
        }
        Self::parse_as(request, HMAC_SHA256)
    }

    /// Parses the signature of an algorithm, which is in headers.
    pub(crate) fn parse_as(request: &'a Request, algorithm: &str) -> Result<Self, SignatureError> {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let authorization = header(AUTHORIZATION.as_str()).ok_or(SignatureError::Missing)?;
        let parts = authorization.strip_prefix(algorithm).and_then(|rest| rest.strip_prefix(' '));
        let parts = parts.ok_or(SignatureError::Incomplete("algorithm AWS4-HMAC-SHA256"))?;
        let part = |name: &'static str| {
            let mut parts = parts.split(',').filter_map(|part| part.trim().split_once('='));
            let found = parts.find(|(found, _)| *found == name);
            found.map(|(_, value)| value).ok_or(SignatureError::Incomplete(name))
        };
        let [access_key_id, day, region, service] = scope(part("Credential")?)?.map(Cow::Borrowed);
        let at = header("x-amz-date").ok_or(SignatureError::Incomplete("x-amz-date"))?;
        Ok(Self {
            access_key_id,
            region,
            service,
            session_token: header("x-amz-security-token").map(Cow::Borrowed),
            day,
            at: at.into(),
            headers: part("SignedHeaders")?.into(),
            hex: part("Signature")?.into(),
        })
    }

    /// Parses the signature of a presigned request.
    fn from_query(query: &Params) -> Result<Self, SignatureError> {
        let part = |name: &'static str| query.get(name).ok_or(SignatureError::Incomplete(name));
        let owned = |name| part(name).map(|value| Cow::Owned(value.to_owned()));
        if part("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
            return Err(SignatureError::Incomplete("algorithm AWS4-HMAC-SHA256"));
        }
        let expires = part("X-Amz-Expires")?.parse::<u32>();
        if !expires.is_ok_and(|seconds| (1..=604_800).contains(&seconds)) {
            return Err(SignatureError::Incomplete("X-Amz-Expires of a week at most"));
        }
        let parts = scope(part("X-Amz-Credential")?)?;
        let [access_key_id, day, region, service] = parts.map(|part| Cow::Owned(part.to_owned()));
        Ok(Self {
            access_key_id,
            region,
            service,
            session_token: owned("X-Amz-Security-Token").ok(),
            day,
            at: owned("X-Amz-Date")?,
            headers: owned("X-Amz-SignedHeaders")?,
            hex: owned(QUERY_SIGNATURE)?,
        })
    }

    /// Verifies the signature with the secret access key and the time of the service.
    pub(crate) fn verify(
        &self,
        request: &Request,
        secret: &str,
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        self.verify_with(request, HMAC_SHA256, now, |text, hex| {
            self.signature_over(text, secret) == hex
        })
    }

    /// Verifies the signature by a function of the string to sign and the signature.
    pub(crate) fn verify_with(
        &self,
        request: &Request,
        algorithm: &str,
        now: Timestamp,
        is_valid: impl FnOnce(&str, &str) -> bool,
    ) -> Result<(), SignatureError> {
        self.check_time(now)?;
        let unsigned = unsigned_headers(request, &self.headers);
        if !unsigned.is_empty() {
            return Err(SignatureError::Mismatch(format!(
                "There were headers present in the request which were not signed: {unsigned}"
            )));
        }
        let canonical = canonical_request(request, &self.headers);
        if is_valid(&self.string_to_sign(algorithm, &canonical), &self.hex) {
            return Ok(());
        }
        Err(SignatureError::Mismatch(
            "The request signature we calculated does not match the signature you provided. \
             Check your AWS Secret Access Key and signing method. Consult the service \
             documentation for details."
                .to_owned(),
        ))
    }

    fn check_time(&self, now: Timestamp) -> Result<(), SignatureError> {
        let at = Timestamp::from_compact(&self.at)
            .map_err(|_| SignatureError::Incomplete("x-amz-date"))?;
        let (signed, here) = (at.compact(), now.compact());
        let (earliest, latest) = (now - MAX_CLOCK_SKEW, now + MAX_CLOCK_SKEW);
        if at < earliest {
            return Err(SignatureError::Mismatch(format!(
                "Signature expired: {signed} is now earlier than {} ({here} - 15 min.)",
                earliest.compact()
            )));
        }
        if latest < at {
            return Err(SignatureError::Mismatch(format!(
                "Signature not yet current: {signed} is still later than {} ({here} + 15 min.)",
                latest.compact()
            )));
        }
        if signed.get(..8) != Some(&*self.day) {
            return Err(SignatureError::Mismatch(
                "Date in Credential scope does not match the date of the request.".to_owned(),
            ));
        }
        Ok(())
    }

    fn string_to_sign(&self, algorithm: &str, canonical_request: &str) -> String {
        let Self { day, region, service, at, .. } = self;
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let hash = hex(&Hash::hash(canonical_request.as_bytes()));
        format!("{algorithm}\n{at}\n{scope}\n{hash}")
    }

    fn signature_over(&self, text: &str, secret: &str) -> String {
        let Self { day, region, service, .. } = self;
        let key = [&**day, region, service, "aws4_request"]
            .iter()
            .fold(format!("AWS4{secret}").into_bytes(), |key, part| HMAC::mac(part, key).to_vec());
        hex(&HMAC::mac(text, key))
    }
}

/// Returns the access key id, the day, the region and the service of a scope.
fn scope(credential: &str) -> Result<[&str; 4], SignatureError> {
    let mut parts = credential.rsplitn(5, '/');
    let mut next = || parts.next().ok_or(SignatureError::Incomplete("Credential scope"));
    if next()? != "aws4_request" {
        return Err(SignatureError::Incomplete("Credential terminator"));
    }
    let (service, region, day, access_key_id) = (next()?, next()?, next()?, next()?);
    Ok([access_key_id, day, region, service])
}

/// Returns the headers that must be signed but are not: `host` and every `x-amz-…`.
fn unsigned_headers(request: &Request, signed: &str) -> String {
    let signed: Vec<_> = signed.split(';').collect();
    let names = request.headers().keys().map(http::HeaderName::as_str);
    let required = names.filter(|name| name.starts_with("x-amz-")).chain([HOST.as_str()]);
    required.filter(|name| !signed.contains(name)).collect::<Vec<_>>().join(", ")
}

fn canonical_request(request: &Request, signed_headers: &str) -> String {
    // Every service but S3 encodes each segment of an encoded path a second time.
    let path: Vec<_> = request.uri().path().split('/').map(percent_encode).collect();
    let mut query: Vec<_> = Params::from_query(request)
        .into_pairs()
        .into_iter()
        .filter(|(name, _)| name != QUERY_SIGNATURE)
        .map(|(name, value)| format!("{}={}", percent_encode(&name), percent_encode(&value)))
        .collect();
    query.sort();
    let headers: Vec<_> = signed_headers
        .split(';')
        .map(|name| format!("{name}:{}\n", header_value(request, name)))
        .collect();
    [
        request.method().as_str(),
        &path.join("/"),
        &query.join("&"),
        &headers.concat(),
        signed_headers,
        &hex(&Hash::hash(request.body())),
    ]
    .join("\n")
}

/// Returns the values of a header, with runs of spaces collapsed, joined by commas.
///
/// An in-process request has its host in the URI only.
fn header_value(request: &Request, name: &str) -> String {
    let values = request.headers().get_all(name).iter();
    let values: Vec<_> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    match (values.is_empty(), request.uri().authority()) {
        (true, Some(authority)) if name == HOST.as_str() => authority.as_str().to_owned(),
        _ => values.join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const PLAIN: &str = "94405bc26f219569999dadb25c560bc61134371b330f394151ebb698c4d5fb3a";
    const WITH_TOKEN: &str = "85daa06aef3254e3dfad9298ea7fe969a8642e5a7e09dd659d8b465d22bb2263";

    /// The request of both published vectors; the first was signed without a session token.
    fn request(token: Option<&str>, signed_headers: &str, signature: &str) -> Request {
        let mut request = http::Request::post("https://sts.us-east-1.amazonaws.com/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-amz-date", "20150830T123600Z")
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 \
                     Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, \
                     SignedHeaders={signed_headers}, Signature={signature}"
                ),
            );
        if let Some(token) = token {
            request = request.header("x-amz-security-token", token);
        }
        request.body("Action=GetCallerIdentity&Version=2011-06-15".into()).unwrap()
    }

    fn check(request: &Request, secret: &str, minutes: i64) -> Result<(), SignatureError> {
        let signed = Timestamp::from_compact("20150830T123600Z").unwrap();
        let seconds = signed.unix_seconds() + minutes * 60;
        let now = Timestamp::from_unix(seconds, 0).unwrap();
        Signature::parse(request)?.verify(request, secret, now)
    }

    #[test]
    fn published_request_within_15_minutes_is_valid() {
        let plain = request(None, "content-type;host;x-amz-date", PLAIN);
        for minutes in [-15, 0, 15] {
            assert_eq!(check(&plain, SECRET, minutes), Ok(()));
        }
        let headers = "content-type;host;x-amz-date;x-amz-security-token";
        assert_eq!(check(&request(Some("TOKEN"), headers, WITH_TOKEN), SECRET, 0), Ok(()));
    }

    #[test]
    fn canonical_request_has_the_published_hash() {
        let headers = "content-type;host;x-amz-date";
        let canonical = canonical_request(&request(None, headers, PLAIN), headers);
        assert!(
            canonical.ends_with("ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843")
        );
        assert_eq!(
            hex(&Hash::hash(canonical.as_bytes())),
            "b42b3efd3741b943b44eb29d91274cf0fd1f1abf768f2b71231a87e15394814a"
        );
    }

    #[track_caller]
    fn fails(request: &Request, secret: &str, minutes: i64, with: &str) {
        let error = format!("{:?}", check(request, secret, minutes).unwrap_err());
        assert!(error.contains(with), "{error}");
    }

    #[test]
    fn altered_or_late_request_is_not_valid() {
        let headers = "content-type;host;x-amz-date";
        let plain = request(None, headers, PLAIN);
        fails(&plain, "another", 0, "does not match the signature");
        fails(
            &plain,
            SECRET,
            16,
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z \
             (20150830T125200Z - 15 min.)",
        );
        fails(&plain, SECRET, -16, "Signature not yet current");
        fails(&request(Some("TOKEN"), headers, PLAIN), SECRET, 0, "not signed: x-amz-security-to");
        fails(&request(None, "x-amz-date", PLAIN), SECRET, 0, "not signed: host");
        let mut other = plain.clone();
        *other.body_mut() = "Action=GetCallerIdentity".into();
        fails(&other, SECRET, 0, "does not match the signature");
        let mut unsigned = plain.clone();
        unsigned.headers_mut().remove("authorization");
        fails(&unsigned, SECRET, 0, "Missing");
    }

    #[test]
    fn malformed_header_is_incomplete() {
        let mut request = request(None, "host", PLAIN);
        for text in [
            "Basic x",
            "AWS4-HMAC-SHA256 ",
            "AWS4-HMAC-SHA256 Credential=A/B",
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/sts/other, SignedHeaders=host, \
             Signature=x",
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/sts/aws4_request, Signature=x",
        ] {
            request.headers_mut().insert(AUTHORIZATION, text.parse().unwrap());
            fails(&request, SECRET, 0, "Incomplete");
        }
    }
}
