//! Exchanges with servers on loopback.

mod exchange;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod proxies;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod tls;

use vestibule_hyper::{Cause, Config, Error, Hyper};
use vestibule_transport_tests::{Settings, Subject};
use vestibule_world::{TransportError, TransportErrorKind, Vars};

struct HyperSubject;

impl Subject for HyperSubject {
    type Transport = Hyper;

    fn transport(Settings { limits, ca_bundle, proxy }: Settings) -> Hyper {
        let vars = proxy.map_or_else(Vars::default, |url| Vars::default().with("ALL_PROXY", url));
        let config = Config::new(vars).with_limits(limits);
        Hyper::new(match ca_bundle {
            Some(file) => config.with_ca_bundle(file),
            None => config,
        })
    }
}

vestibule_transport_tests::http_tests!(HyperSubject);
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
vestibule_transport_tests::https_tests!(HyperSubject);

/// No proxy, and only the system's certificates.
fn plain() -> Config {
    Config::new(Vars::default())
}

/// Checks the kind of an error, and a part of its message with all causes. Returns the cause that has
/// a remedy.
#[track_caller]
fn check(
    result: Result<(u16, String), TransportError>,
    kind: TransportErrorKind,
    expected: &str,
) -> Option<Cause> {
    let error = vestibule_transport_tests::check(result, kind, expected);
    Error::find_in_chain(&error).and_then(Error::cause)
}
