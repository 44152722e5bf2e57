//! What is between this machine and the service.

use std::error::Error as _;
use std::io;

use vestibule::Origin;
use vestibule::world::{TransportError, TransportErrorKind};
use vestibule_hyper::{Config, PeerCertificates, proxy_for};

use crate::{Case, Cause, Finding, Remedy};

const BEGINNING: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// The file with certificates that somebody named.
pub(super) fn bundle(case: &Case<'_>) -> Vec<Finding> {
    let settings = case.configuration.settings().ok();
    let Some(bundle) = settings.and_then(|settings| settings.ca_bundle) else { return Vec::new() };
    let (path, origin) = (&bundle.value, &bundle.origin);
    let shown = case.shown(path);
    let what = match case.world.files.read(path) {
        Ok(bytes) if bytes.windows(BEGINNING.len()).any(|window| window == BEGINNING) => {
            return vec![Finding::fine(format!("{shown} ({origin})"))];
        }
        Ok(_) => "has no certificate in it".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "does not exist".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    let finding = Finding::problem(Cause::Configuration, format!("{shown} {what} ({origin})"));
    vec![match origin {
        Origin::Variable(name) => finding.with_remedy(Remedy::Unset(vec![name.to_string()])),
        origin => finding.at(origin.to_string()),
    }]
}

/// Who is asked in the place of each endpoint.
pub(super) fn proxy(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for answered in case.answers() {
        let Ok(to) = answered.url.parse() else { continue };
        findings.extend(match proxy_for(&case.world.vars, &to) {
            Ok(None) => None,
            Ok(Some(proxy)) => Some(Finding::note(format!("{} through {proxy}", answered.url))),
            Err(error) => Some(Finding::problem(Cause::Configuration, chain(&error))),
        });
    }
    findings
}

/// Whether anybody answers.
pub(super) fn reach(case: &Case<'_>) -> Vec<Finding> {
    let finding = |answered: &crate::case::Answered| match &answered.answer {
        Ok(_) => Finding::fine(format!("{} answers", answered.url)),
        Err(error) => {
            let remedy = match error.kind {
                // What is wrong here has a check of its own.
                TransportErrorKind::Local => None,
                _ => Some(Remedy::Connect { to: answered.url.clone() }),
            };
            Finding::problem(Cause::Machine, chain(error)).with_remedy(remedy)
        }
    };
    case.answers().iter().map(finding).collect()
}

/// Which root vouches for each endpoint: an employer's, where TLS is opened on the way.
pub(super) fn roots(case: &Case<'_>) -> Vec<Finding> {
    let bundle = case.configuration.settings().ok().and_then(|settings| settings.ca_bundle);
    let mut config = Config::new(case.world.vars.clone());
    if let Some(bundle) = bundle {
        config = config.with_ca_bundle(bundle.value);
    }
    let mut findings = Vec::new();
    for answered in case.answers() {
        let Ok(answer) = &answered.answer else { continue };
        let Some(shown) = answer.extensions().get::<PeerCertificates>() else { continue };
        findings.extend(
            shown
                .root(&config)
                .map(|root| Finding::fine(format!("{} is vouched for by {root}", answered.url))),
        );
    }
    findings
}

/// What happened, and why, on one line.
fn chain(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
