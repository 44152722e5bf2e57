use std::error::Error as _;
use std::io;

use vestibule::Origin;
use vestibule::world::{TransportError, TransportErrorKind};
use vestibule_hyper::{Config, PeerCertificates, proxy_for};

use crate::{Cause, Context, Finding, Remedy};

const PEM_HEADER: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Reports whether the configured CA bundle is readable and has certificates.
pub(super) fn check_ca_bundle(context: &Context<'_>) -> Vec<Finding> {
    let settings = context.configuration.settings().ok();
    let Some(bundle) = settings.and_then(|settings| settings.ca_bundle) else { return Vec::new() };
    let (path, origin) = (&bundle.value, &bundle.origin);
    let shown = context.display_path(path);
    let problem = match context.world.files.read(path) {
        Ok(bytes) if bytes.windows(PEM_HEADER.len()).any(|window| window == PEM_HEADER) => {
            return vec![Finding::ok(format!("{shown} ({origin})"))];
        }
        Ok(_) => "has no PEM certificate".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "does not exist".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    let finding = Finding::problem(Cause::Configuration, format!("{shown} {problem} ({origin})"));
    vec![match origin {
        Origin::Variable(name) => finding.with_remedy(Remedy::Unset(vec![name.to_string()])),
        origin => finding.with_place(origin.to_string()),
    }]
}

/// Reports the proxy that is used for each endpoint.
pub(super) fn check_proxy(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for probe in context.probes() {
        let Ok(to) = probe.url.parse() else { continue };
        findings.extend(match proxy_for(&context.world.vars, &to) {
            Ok(None) => None,
            Ok(Some(proxy)) => Some(Finding::note(format!("{} through {proxy}", probe.url))),
            Err(error) => Some(Finding::problem(Cause::Configuration, with_causes(&error))),
        });
    }
    findings
}

/// Reports whether each endpoint responds.
pub(super) fn check_endpoints(context: &Context<'_>) -> Vec<Finding> {
    let finding = |probe: &crate::context::Probe| match &probe.response {
        Ok(_) => Finding::ok(format!("{} responds", probe.url)),
        Err(error) => {
            let remedy = match error.kind {
                // A check of its own reports a faulty proxy or CA bundle.
                TransportErrorKind::Local => None,
                _ => Some(Remedy::Connect { to: probe.url.clone() }),
            };
            Finding::problem(Cause::Machine, with_causes(error)).with_remedy(remedy)
        }
    };
    context.probes().iter().map(finding).collect()
}

/// Reports the root certificate of each endpoint: a private one where a proxy intercepts TLS.
pub(super) fn check_certificates(context: &Context<'_>) -> Vec<Finding> {
    let bundle = context.configuration.settings().ok().and_then(|settings| settings.ca_bundle);
    let mut config = Config::new(context.world.vars.clone());
    if let Some(bundle) = bundle {
        config = config.with_ca_bundle(bundle.value);
    }
    let mut findings = Vec::new();
    for probe in context.probes() {
        let Ok(response) = &probe.response else { continue };
        let Some(certificates) = response.extensions().get::<PeerCertificates>() else { continue };
        findings.extend(
            certificates
                .root(&config)
                .map(|root| Finding::ok(format!("{} is signed by {root}", probe.url))),
        );
    }
    findings
}

/// Returns an error and its causes on one line.
fn with_causes(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
