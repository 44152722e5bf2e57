use std::time::Duration;

use hmac_sha256::{HMAC, Hash};
use http::{HeaderName, HeaderValue, Uri};
use vestibule_types::{Credentials, Region, Secret, Timestamp};
use vestibule_wire::{Request, Unsendable};
use zeroize::Zeroizing;

use super::canonical::{self, DATE, PAYLOAD, SignedHeaders, TOKEN};
use super::{Message, Options, Signed};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// One signature to make: whose, for what, when.
///
/// What is derived from the secret key on the way is wiped, but for what the hash function keeps
/// on the stack while it runs. Copies of the session token are not: it ends up in a header or an
/// address, and those cannot be.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    credentials: &'a Credentials,
    region: &'a Region,
    service: &'a str,
    at: Timestamp,
    options: Options,
}

impl<'a> Signing<'a> {
    /// Signs for a service in a region, as of a moment: five minutes off and most refuse it.
    pub fn new(
        credentials: &'a Credentials,
        region: &'a Region,
        service: &'a str,
        at: Timestamp,
    ) -> Self {
        Self { credentials, region, service, at, options: Options::default() }
    }

    /// With what the service does differently.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The signature as headers.
    pub fn in_headers(&self, message: &Message<'_>) -> Signed {
        let at = self.at.compact();
        let payload_hash = hex(&Hash::hash(message.body));
        let mut brought = vec![(DATE, at.as_str())];
        brought.extend(self.credentials.session_token().map(|token| (TOKEN, token.expose())));
        brought.extend(self.options.payload_header.then_some((PAYLOAD, payload_hash.as_str())));

        let covered: Vec<_> = brought
            .iter()
            .copied()
            .filter(|(name, _)| self.options.sign_token || *name != TOKEN)
            .collect();
        let headers = SignedHeaders::of(message, &covered);
        let text = canonical::request(message, &headers, &[], &payload_hash, self.options);
        let (string_to_sign, signature) = self.signature(&text);

        let authorization = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={signature}",
            self.credentials.access_key_id(),
            self.scope(),
            headers.names()
        );
        brought.push(("authorization", &authorization));
        let additions = brought.into_iter().map(|(name, value)| (name, Secret::new(value)));
        let additions = additions.collect();
        Signed { canonical_request: Secret::new(text), string_to_sign, signature, additions }
    }

    /// The signature as pairs of the query: a link that works until `valid` is over.
    ///
    /// Whole seconds; AWS allows a week at most, and never longer than the credentials last.
    pub fn in_query(&self, message: &Message<'_>, valid: Duration) -> Signed {
        let payload_hash = hex(&Hash::hash(message.body));
        let headers = SignedHeaders::of(message, &[]);
        let credential = format!("{}/{}", self.credentials.access_key_id(), self.scope());
        let (at, valid, names) = (self.at.compact(), valid.as_secs().to_string(), headers.names());
        let mut brought = vec![
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &at),
            ("X-Amz-Expires", &valid),
            ("X-Amz-SignedHeaders", &names),
        ];
        let token = self.credentials.session_token();
        let token = token.map(|token| ("X-Amz-Security-Token", token.expose()));
        brought.extend(token.filter(|_| self.options.sign_token));

        let text = canonical::request(message, &headers, &brought, &payload_hash, self.options);
        let (string_to_sign, signature) = self.signature(&text);

        brought.extend(token.filter(|_| !self.options.sign_token));
        brought.push(("X-Amz-Signature", &signature));
        let additions = brought.into_iter().map(|(name, value)| (name, Secret::new(value)));
        let additions = additions.collect();
        Signed { canonical_request: Secret::new(text), string_to_sign, signature, additions }
    }

    /// Signs a request in its headers, in place of any older signature.
    ///
    /// # Errors
    /// Credentials or a request that no header can carry.
    pub fn sign(&self, request: &mut Request) -> Result<(), Unsendable> {
        let signed = self.in_headers(&Message::of(request)?);
        request.headers_mut().remove(TOKEN);
        for (name, value) in signed.additions() {
            let mut header = HeaderValue::from_str(value.expose())
                .map_err(|_| Unsendable::new(format!("header {name}")))?;
            header.set_sensitive(matches!(name, TOKEN | "authorization"));
            request.headers_mut().insert(HeaderName::from_static(name), header);
        }
        Ok(())
    }

    /// Signs a request in its address, which then works by itself until `valid` is over, and so is
    /// a secret until then.
    ///
    /// # Errors
    /// A request that cannot be signed.
    pub fn presign(&self, request: &mut Request, valid: Duration) -> Result<(), Unsendable> {
        for name in [DATE, TOKEN, "authorization"] {
            request.headers_mut().remove(name);
        }
        let signed = self.in_query(&Message::of(request)?, valid);
        let mut target =
            request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
        for (name, value) in signed.additions() {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.extend([name, "=", &canonical::encoded(value.expose())]);
        }
        let mut parts = request.uri().clone().into_parts();
        let unsendable = || Unsendable::new("the address");
        parts.path_and_query = Some(target.parse().map_err(|_| unsendable())?);
        *request.uri_mut() = Uri::from_parts(parts).map_err(|_| unsendable())?;
        Ok(())
    }

    /// The string to sign, and its signature.
    fn signature(&self, canonical_request: &str) -> (String, String) {
        let hash = hex(&Hash::hash(canonical_request.as_bytes()));
        let string = format!("{ALGORITHM}\n{}\n{}\n{hash}", self.at.compact(), self.scope());
        let signature = hex(&HMAC::mac(&string, *self.key()));
        (string, signature)
    }

    /// The key for one day, region and service.
    fn key(&self) -> Zeroizing<[u8; 32]> {
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

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}
