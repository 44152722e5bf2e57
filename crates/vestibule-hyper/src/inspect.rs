//! What a person asks when a connection is not what they think: who vouches for the other side,
//! and who stands between.

use std::sync::Arc;

use http::Uri;
use http::response::Parts;
use hyper_rustls::MaybeHttpsStream;
use rustls::pki_types::{CertificateDer, UnixTime};
use vestibule_world::{TransportError, Vars};
use webpki::{EndEntityCert, KeyUsage};

use crate::Config;
use crate::failure::{Failure, Kind};
use crate::origin::Origin;
use crate::proxy;
use crate::tls::{self, Tls};

/// The certificates that a server showed: an extension of each response that came over TLS.
#[derive(Clone, Debug)]
pub struct PeerCertificates(Arc<[CertificateDer<'static>]>);

impl PeerCertificates {
    pub(crate) fn of<T>(stream: &MaybeHttpsStream<T>) -> Option<Self> {
        let MaybeHttpsStream::Https(stream) = stream else { return None };
        Some(Self(stream.inner().get_ref().1.peer_certificates()?.into()))
    }

    /// The name of the root, among those trusted here, that vouches for them; `None` if none does.
    pub fn root(&self, config: &Config) -> Option<String> {
        let roots = Tls::new(config.ca_bundle()).roots().ok()?;
        let algorithms = tls::provider()?.signature_verification_algorithms;
        let (own, others) = self.0.split_first()?;
        let own = EndEntityCert::try_from(own).ok()?;
        let usage = KeyUsage::server_auth();
        let now = UnixTime::now();
        let path = own
            .verify_for_usage(algorithms.all, &roots.roots, others, now, usage, None, None)
            .ok()?;
        Some(distinguished(&path.anchor().subject))
    }
}

/// The head of a response, with what its sender showed.
pub(crate) fn noted(mut head: Parts, shown: Option<PeerCertificates>) -> Parts {
    if let Some(shown) = shown {
        head.extensions.insert(shown);
    }
    head
}

/// The proxy through which a request to this address goes, without the user in it.
///
/// # Errors
/// A variable names a proxy in a way that cannot be read; an address that is none.
pub fn proxy_for(vars: &Vars, to: &Uri) -> Result<Option<String>, TransportError> {
    let Some(origin) = Origin::of(to) else {
        return Err(TransportError::new(Kind::Local, "not an absolute http or https URL"));
    };
    let proxy = proxy::choose(vars, &origin).map_err(|failure: Failure| failure.to(&origin))?;
    Ok(proxy.map(|proxy| proxy.origin.to_string()))
}

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const UNIT: &[u8] = &[0x55, 0x04, 0x0b];

/// `Amazon Root CA 1 (Amazon)`, from the relative names in a `Name` (RFC 5280, 4.1.2.4).
fn distinguished(name: &[u8]) -> String {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some((set, after)) = value(rest) {
        parts.extend(attribute(set));
        rest = after;
    }
    let find = |wanted: &[u8]| {
        let part = parts.iter().find(|(kind, _)| *kind == wanted);
        part.map(|(_, text)| text.chars().filter(|c| !c.is_control()).collect::<String>())
    };
    let name = find(COMMON_NAME).or_else(|| find(UNIT));
    match (name, find(ORGANIZATION)) {
        (Some(name), Some(by)) if name != by => format!("{name} ({by})"),
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => "a root without a name".to_owned(),
    }
}

/// The kind and the text of the first attribute of a relative name.
fn attribute(set: &[u8]) -> Option<(&[u8], String)> {
    let (pair, _) = value(set)?;
    let (kind, rest) = value(pair)?;
    let (text, _) = value(rest)?;
    Some((kind, String::from_utf8_lossy(text).into_owned()))
}

/// The value of the first element, whatever its tag, and what follows it.
fn value(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = der.get(1..)?.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // One or two more bytes; no name is longer.
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(*rest.first()?) << 8 | usize::from(*rest.get(1)?), rest.get(2..)?),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A relative name of one attribute.
    fn part(kind: &[u8], text: &str) -> Vec<u8> {
        let element =
            |tag: u8, value: &[u8]| [&[tag, u8::try_from(value.len()).unwrap()], value].concat();
        let pair = [element(0x06, kind), element(0x0c, text.as_bytes())].concat();
        element(0x31, &element(0x30, &pair))
    }

    #[test]
    fn a_root_is_called_by_its_name_and_its_owner() {
        let name = |parts: &[Vec<u8>]| distinguished(&parts.concat());
        let (cn, o) = (part(COMMON_NAME, "Amazon Root CA 1"), part(ORGANIZATION, "Amazon"));
        assert_eq!(name(&[o.clone(), cn.clone()]), "Amazon Root CA 1 (Amazon)");
        assert_eq!(name(&[cn]), "Amazon Root CA 1");
        assert_eq!(name(&[part(UNIT, "Class 2"), o.clone()]), "Class 2 (Amazon)");
        assert_eq!(name(&[o]), "Amazon");
        assert_eq!(name(&[]), "a root without a name");
        assert_eq!(distinguished(&[0x31, 0x84, 1, 2]), "a root without a name");
        assert_eq!(distinguished(&[0x31, 0x20, 1]), "a root without a name");
    }
}
