//! Diagnostics for a connection: the root certificate that it is trusted by, and the proxy.

use std::sync::Arc;

use http::Uri;
use http::response::Parts;
use hyper_rustls::MaybeHttpsStream;
use rustls::pki_types::{CertificateDer, UnixTime};
use vestibule_wire::Origin;
use vestibule_world::{TransportError, Vars};
use webpki::{EndEntityCert, KeyUsage};

use crate::Config;
use crate::error::Error;
use crate::proxy;
use crate::tls::{self, TlsConfig};

/// The certificates of the server: an extension of each response received over TLS.
#[derive(Clone, Debug)]
pub struct PeerCertificates(Arc<[CertificateDer<'static>]>);

impl PeerCertificates {
    pub(crate) fn from_stream<T>(stream: &MaybeHttpsStream<T>) -> Option<Self> {
        let MaybeHttpsStream::Https(stream) = stream else { return None };
        Some(Self(stream.inner().get_ref().1.peer_certificates()?.into()))
    }

    /// Returns the name of the trusted root that they lead to; `None` if they lead to none.
    pub fn root(&self, config: &Config) -> Option<String> {
        let roots = TlsConfig::new(config.ca_bundle()).roots().ok()?;
        let algorithms = tls::provider()?.signature_verification_algorithms;
        let (own, intermediates) = self.0.split_first()?;
        let own = EndEntityCert::try_from(own).ok()?;
        let usage = KeyUsage::server_auth();
        let now = UnixTime::now();
        let path = own
            .verify_for_usage(algorithms.all, &roots.roots, intermediates, now, usage, None, None)
            .ok()?;
        Some(display_name(&path.anchor().subject))
    }
}

/// Adds the certificates of the server to the head of a response.
pub(crate) fn with_certificates(mut head: Parts, certificates: Option<PeerCertificates>) -> Parts {
    if let Some(certificates) = certificates {
        head.extensions.insert(certificates);
    }
    head
}

/// Returns the proxy for requests to a URL, without user and password, and the variable that names
/// it.
///
/// # Errors
/// The proxy in the environment is not valid, or the URL is not.
pub fn proxy_for(vars: &Vars, to: &Uri) -> Result<Option<String>, TransportError> {
    let Some(origin) = Origin::from_uri(to) else {
        return Err(TransportError::not_http(to));
    };
    let proxy = proxy::proxy_for(vars, &origin).map_err(|error: Error| error.for_host(&origin))?;
    Ok(proxy.map(|proxy| format!("{} ({})", proxy.origin, proxy.variable)))
}

/// Returns the entry of `NO_PROXY` by which a URL is requested without a proxy.
pub fn no_proxy_entry(vars: &Vars, to: &Uri) -> Option<String> {
    proxy::no_proxy_entry(vars, &Origin::from_uri(to)?).map(str::to_owned)
}

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const UNIT: &[u8] = &[0x55, 0x04, 0x0b];

/// Returns a name such as `Amazon Root CA 1 (Amazon)` from an X.509 `Name` (RFC 5280, 4.1.2.4).
fn display_name(name: &[u8]) -> String {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some((set, after)) = read_value(rest) {
        parts.extend(attribute(set));
        rest = after;
    }
    let find = |wanted: &[u8]| {
        let part = parts.iter().find(|(kind, _)| *kind == wanted);
        part.map(|(_, text)| vestibule_types::printable(text).into_owned())
    };
    let name = find(COMMON_NAME).or_else(|| find(UNIT));
    match (name, find(ORGANIZATION)) {
        (Some(name), Some(owner)) if name != owner => format!("{name} ({owner})"),
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => "a root certificate without a name".to_owned(),
    }
}

/// Returns type and text of the first attribute of a relative distinguished name.
fn attribute(set: &[u8]) -> Option<(&[u8], String)> {
    let (pair, _) = read_value(set)?;
    let (kind, rest) = read_value(pair)?;
    let (text, _) = read_value(rest)?;
    Some((kind, String::from_utf8_lossy(text).into_owned()))
}

/// Returns the value of the first DER element, of any tag, and the rest.
fn read_value(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = der.get(1..)?.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // A length of one or two bytes; names are shorter than 64 KiB.
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(*rest.first()?) << 8 | usize::from(*rest.get(1)?), rest.get(2..)?),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a relative distinguished name with one attribute.
    fn attribute_der(kind: &[u8], text: &str) -> Vec<u8> {
        let element =
            |tag: u8, value: &[u8]| [&[tag, u8::try_from(value.len()).unwrap()], value].concat();
        let pair = [element(0x06, kind), element(0x0c, text.as_bytes())].concat();
        element(0x31, &element(0x30, &pair))
    }

    #[test]
    fn display_name_has_common_name_and_organization() {
        let name = |parts: &[Vec<u8>]| display_name(&parts.concat());
        let (cn, o) =
            (attribute_der(COMMON_NAME, "Amazon Root CA 1"), attribute_der(ORGANIZATION, "Amazon"));
        assert_eq!(name(&[o.clone(), cn.clone()]), "Amazon Root CA 1 (Amazon)");
        assert_eq!(name(&[cn]), "Amazon Root CA 1");
        assert_eq!(name(&[attribute_der(UNIT, "Class 2"), o.clone()]), "Class 2 (Amazon)");
        assert_eq!(name(&[o]), "Amazon");
        assert_eq!(name(&[]), "a root certificate without a name");
        assert_eq!(display_name(&[0x31, 0x84, 1, 2]), "a root certificate without a name");
        assert_eq!(display_name(&[0x31, 0x20, 1]), "a root certificate without a name");
    }
}
