use std::io;
use std::path::PathBuf;

use http::Uri;
use vestibule::world::TransportErrorKind;
use vestibule::{Origin, Sourced, Vars};
use vestibule_hyper::{Config, PeerCertificates, no_proxy_entry, proxy_for};
use vestibule_types::with_causes;

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
            Ok(None) => bypass_rule(&context.world.vars, &to).map(|(name, rule)| {
                Finding::note(format!("{} without the proxy: {name} has `{rule}`", probe.url))
            }),
            Ok(Some(proxy)) => Some(Finding::note(format!("{} through {proxy}", probe.url))),
            Err(error) => Some(Finding::problem(Cause::Configuration, with_causes(&error))),
        });
    }
    findings
}

/// Returns the variable and the entry that exempt a URL from the proxy.
fn bypass_rule(vars: &Vars, to: &Uri) -> Option<(&'static str, String)> {
    let names = ["NO_PROXY", "no_proxy"];
    let without_rules = names.iter().fold(vars.clone(), |vars, name| vars.without(name));
    proxy_for(&without_rules, to).ok()??;
    let (name, _) = vars.first(&names)?;
    Some((name, no_proxy_entry(vars, to)?))
}

/// Reports whether each endpoint responds.
pub(super) fn check_endpoints(context: &Context<'_>) -> Vec<Finding> {
    let finding = |probe: &crate::context::Probe| match &probe.response {
        Ok(_) => Finding::ok(format!("{} responds", probe.url)),
        Err(error) => {
            let remedy = match error.kind {
                // Other checks report an invalid proxy or CA bundle.
                TransportErrorKind::Local => None,
                TransportErrorKind::Tls => Some(Remedy::TrustCertificate),
                _ => Some(Remedy::Connect { to: probe.url.clone() }),
            };
            Finding::problem(Cause::Machine, with_causes(error)).with_remedy(remedy)
        }
    };
    context.probes().iter().map(finding).collect()
}

/// Reports the root certificate of each endpoint. It is a private one if a proxy intercepts TLS.
pub(super) fn check_certificates(context: &Context<'_>) -> Vec<Finding> {
    let bundle = context.configuration.settings().ok().and_then(|settings| settings.ca_bundle);
    let mut config = Config::new(context.world.vars.clone());
    if let Some(bundle) = &bundle {
        config = config.with_ca_bundle(bundle.value.clone());
    }
    let mut findings = Vec::new();
    for probe in context.probes() {
        let response = match &probe.response {
            Ok(response) => response,
            Err(error) if error.kind == TransportErrorKind::Tls => {
                findings.push(untrusted(&probe.url, bundle.as_ref()));
                continue;
            }
            Err(_) => continue,
        };
        let Some(certificates) = response.extensions().get::<PeerCertificates>() else { continue };
        findings.extend(
            certificates
                .root(&config)
                .map(|root| Finding::ok(format!("{} is signed by {root}", probe.url))),
        );
    }
    findings
}

fn untrusted(url: &str, bundle: Option<&Sourced<PathBuf>>) -> Finding {
    let roots = match bundle {
        Some(bundle) => {
            format!("neither the system nor {} has its root certificate", bundle.origin)
        }
        None => "neither AWS_CA_BUNDLE nor ca_bundle is set to a file with its root certificate"
            .to_owned(),
    };
    let text = format!("{url} has no trusted certificate; a proxy may intercept TLS, and {roots}");
    Finding::problem(Cause::Machine, text).with_remedy(Remedy::TrustCertificate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bypass_rule_names_the_entry_that_matched() {
        let proxy = Vars::default().with("HTTPS_PROXY", "http://proxy.test:8080");
        let rule = |vars: &Vars| bypass_rule(vars, &"https://portal.test/".parse().unwrap());
        assert_eq!(rule(&proxy), None);
        let upper = proxy.clone().with("NO_PROXY", "example.com, .test");
        assert_eq!(rule(&upper), Some(("NO_PROXY", ".test".to_owned())));
        // The transport reads `no_proxy` only if `NO_PROXY` is not set.
        let both = upper.with("no_proxy", "portal.test");
        assert_eq!(rule(&both), Some(("NO_PROXY", ".test".to_owned())));
        let lower = both.without("NO_PROXY");
        assert_eq!(rule(&lower), Some(("no_proxy", "portal.test".to_owned())));
        assert_eq!(rule(&proxy.with("NO_PROXY", "example.com")), None);
        assert_eq!(rule(&Vars::default().with("NO_PROXY", ".test")), None);
    }
}
