use std::time::Duration;

use hmac_sha256::{HMAC, Hash};
use http::{HeaderName, HeaderValue, Uri};
use vestibule_types::{Credentials, Region, Secret, Timestamp, hex};
use vestibule_wire::{Request, RequestError, percent_encode};
use zeroize::Zeroizing;

use super::canonical::{self, DATE, PAYLOAD, SignedHeaders, TOKEN};
use super::{Options, SignableRequest, SigningOutput};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The parameters of a signature: credentials, region, service and time.
///
/// Keys derived from the secret access key are zeroized, except for the stack of the hash function.
/// Copies of the session token are not: it becomes part of a header or a URI.
#[derive(Clone, Copy, Debug)]
pub struct SigningParams<'a> {
    credentials: &'a Credentials,
    region: &'a Region,
    service: &'a str,
    at: Timestamp,
    options: Options,
}

impl<'a> SigningParams<'a> {
    /// Creates parameters for a service in a region. Most services reject a time that is more than five
    /// minutes off.
    pub fn new(
        credentials: &'a Credentials,
        region: &'a Region,
        service: &'a str,
        at: Timestamp,
    ) -> Self {
        Self { credentials, region, service, at, options: Options::default() }
    }

    /// Sets the options of the service.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Returns a signature that is sent in headers.
    pub fn in_headers(&self, message: &SignableRequest<'_>) -> SigningOutput {
        let at = self.at.compact();
        let payload_hash = hex(&Hash::hash(message.body));
        let mut added = vec![(DATE, at.as_str())];
        added.extend(self.credentials.session_token().map(|token| (TOKEN, token.expose())));
        added.extend(self.options.payload_header.then_some((PAYLOAD, payload_hash.as_str())));

        let covered: Vec<_> = added
            .iter()
            .copied()
            .filter(|(name, _)| self.options.sign_token || *name != TOKEN)
            .collect();
        let headers = SignedHeaders::new(message, &covered);
        let text = canonical::request(message, &headers, &[], &payload_hash, self.options);
        let (string_to_sign, signature) = self.signature(&text);

        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={signature}",
            self.credentials.access_key_id(),
            self.scope(),
            headers.names()
        );
        added.push(("authorization", &authorization));
        let additions = added.into_iter().map(|(name, value)| (name, Secret::new(value)));
        let additions = additions.collect();
        SigningOutput { canonical_request: Secret::new(text), string_to_sign, signature, additions }
    }

    /// Returns a signature that is sent in the query and expires after `expires_in`.
    ///
    /// The lifetime is in whole seconds, a week at most, and does not exceed that of the
    /// credentials.
    #[inline]
    pub fn in_query(&self, message: &SignableRequest<'_>, expires_in: Duration) -> SigningOutput {
        let payload_hash = hex(&Hash::hash(message.body));
        let headers = SignedHeaders::new(message, &[]);
        let credential = format!("{}/{}", self.credentials.access_key_id(), self.scope());
        let (at, expires, names) =
            (self.at.compact(), expires_in.as_secs().to_string(), headers.names());
        let mut added = vec![
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &at),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", &names),
        ];
        let token = self.credentials.session_token();
        let token = token.map(|token| ("X-Amz-Security-Token", token.expose()));
        added.extend(token.filter(|_| self.options.sign_token));

        let text = canonical::request(message, &headers, &added, &payload_hash, self.options);
        let (string_to_sign, signature) = self.signature(&text);

        added.extend(token.filter(|_| !self.options.sign_token));
        added.push(("X-Amz-Signature", &signature));
        let additions = added.into_iter().map(|(name, value)| (name, Secret::new(value)));
        let additions = additions.collect();
        SigningOutput { canonical_request: Secret::new(text), string_to_sign, signature, additions }
    }

    /// Signs a request in its headers and replaces an earlier signature.
    ///
    /// # Errors
    /// Credentials or a request with characters that no header can carry.
    pub fn sign(&self, request: &mut Request) -> Result<(), RequestError> {
        let signed = self.in_headers(&SignableRequest::from_request(request)?);
        request.headers_mut().remove(TOKEN);
        for (name, value) in signed.additions() {
            let mut header = HeaderValue::from_str(value.expose())
                .map_err(|_| RequestError::new(format!("header {name}")))?;
            header.set_sensitive(matches!(name, TOKEN | "authorization"));
            request.headers_mut().insert(HeaderName::from_static(name), header);
        }
        Ok(())
    }

    /// Signs a request in its URI, which authorizes its holder until it expires after `expires_in`.
    ///
    /// # Errors
    /// A request that cannot be signed.
    #[inline]
    pub fn presign(&self, request: &mut Request, expires_in: Duration) -> Result<(), RequestError> {
        for name in [DATE, TOKEN, "authorization"] {
            request.headers_mut().remove(name);
        }
        let signed = self.in_query(&SignableRequest::from_request(request)?, expires_in);
        let mut target =
            request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
        for (name, value) in signed.additions() {
            target.push(if target.as_bytes().contains(&b'?') { '&' } else { '?' });
            target.extend([name, "=", &percent_encode(value.expose())]);
        }
        let mut parts = request.uri().clone().into_parts();
        let unsendable = || RequestError::new("the URI");
        parts.path_and_query = Some(target.parse().map_err(|_| unsendable())?);
        *request.uri_mut() = Uri::from_parts(parts).map_err(|_| unsendable())?;
        Ok(())
    }

    /// Returns the password of CodeCommit for a repository: Git cannot send the signed request, so the
    /// method is `GIT`, nothing but the host is signed, and the time has no zone.
    ///
    /// <https://github.com/aws/git-remote-codecommit> (read 2026-11)
    #[inline]
    pub fn git_password(&self, host: &str, path: &str) -> Secret {
        let at = self.at.compact();
        let at = at.trim_end_matches('Z');
        let (_, signature) =
            self.signature_at(at, &format!("GIT\n{path}\n\nhost:{host}\n\nhost\n"));
        Secret::new(format!("{at}Z{signature}"))
    }

    /// Returns the string to sign and its signature.
    fn signature(&self, canonical_request: &str) -> (String, String) {
        self.signature_at(&self.at.compact(), canonical_request)
    }

    fn signature_at(&self, at: &str, canonical_request: &str) -> (String, String) {
        let hash = hex(&Hash::hash(canonical_request.as_bytes()));
        let string = format!("{ALGORITHM}\n{at}\n{}\n{hash}", self.scope());
        let signature = hex(&HMAC::mac(&string, *self.signing_key()));
        (string, signature)
    }

    /// Returns the key for the day, region and service.
    fn signing_key(&self) -> Zeroizing<[u8; 32]> {
        let secret = self.credentials.secret_access_key();
        let seed = Zeroizing::new(format!("AWS4{}", secret.expose()));
        let day = Zeroizing::new(HMAC::mac(self.day(), seed.as_bytes()));
        let region = Zeroizing::new(HMAC::mac(self.region.as_str(), *day));
        let service = Zeroizing::new(HMAC::mac(self.service, *region));
        Zeroizing::new(HMAC::mac("aws4_request", *service))
    }

    fn scope(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day(), self.region, self.service)
    }

    fn day(&self) -> String {
        let mut at = self.at.compact();
        at.truncate("YYYYMMDD".len());
        at
    }
}
