//! Configured endpoint URLs.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html> (read 2026-11)

use vestibule_config::SectionKind;
use vestibule_types::Vars;

use crate::error::Error;
use crate::profile::LocatedSection;
use crate::setting::Lookup;
use crate::undefined::Reference;
use crate::{Files, Origin, Overrides, Place, Profile, Setting, Sourced};

const VARIABLE: &str = "AWS_ENDPOINT_URL";
const KEY: &str = "endpoint_url";

/// The configured endpoint URLs, by service.
///
/// They are not validated: an invalid URL is an error only for calls of its service.
#[derive(Clone, Debug)]
pub struct EndpointUrls {
    argument: Option<Sourced<String>>,
    ignored: Sourced<bool>,
    /// By service, in lower case with `_`.
    variables: ByService,
    variable: Option<Sourced<String>>,
    /// By service, in lower case with `_` or `-`.
    services: ByService,
    profile: Option<Sourced<String>>,
}

impl EndpointUrls {
    pub(crate) fn resolve(
        files: &Files,
        overrides: &Overrides,
        lookup: Lookup<'_>,
    ) -> Result<Self, Error> {
        let ignored = lookup
            .find(&["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"], "ignore_configured_endpoint_urls")
            .map(Setting::boolean)
            .transpose()?;
        let ignored = overrides.ignore_configured_endpoint_urls.clone().or(ignored);
        let mut urls = Self {
            argument: overrides.endpoint_url.clone(),
            ignored: ignored.unwrap_or_else(|| Sourced::by_default(false)),
            variables: Vec::new(),
            variable: None,
            services: Vec::new(),
            profile: None,
        };
        if !urls.ignored.value {
            urls.read_variables(lookup.vars);
            lookup.profile.map_or(Ok(()), |profile| urls.read_profile(files, profile))?;
        }
        Ok(urls)
    }

    /// Returns the URL that replaces the endpoint of a service.
    ///
    /// The service is named by its id, in any case and with spaces, `_` or `-`: `SSO OIDC`,
    /// `sso_oidc`. The order of precedence: the caller's URL; `AWS_ENDPOINT_URL_SSO_OIDC`; `AWS_ENDPOINT_URL`;
    /// the profile's `services` section, with `sso_oidc` or, as in the SDK for Rust, `sso-oidc`; the
    /// profile's `endpoint_url`.
    pub fn get(&self, service_id: &str) -> Option<&Sourced<String>> {
        let id = service_id.to_ascii_lowercase().replace([' ', '-'], "_");
        self.argument
            .as_ref()
            .or_else(|| find(&self.variables, &id))
            .or(self.variable.as_ref())
            .or_else(|| find(&self.services, &id))
            .or_else(|| find(&self.services, &id.replace('_', "-")))
            .or(self.profile.as_ref())
    }

    /// Returns the URL for all services without a URL of their own: the caller's, `AWS_ENDPOINT_URL`, or the
    /// profile's `endpoint_url`.
    pub fn for_every_service(&self) -> Option<&Sourced<String>> {
        self.argument.as_ref().or(self.variable.as_ref()).or(self.profile.as_ref())
    }

    /// Returns whether the URLs of the environment and the files are ignored.
    pub fn ignored(&self) -> &Sourced<bool> {
        &self.ignored
    }

    fn read_variables(&mut self, vars: &Vars) {
        for name in vars.names() {
            let Some(rest) = name.strip_prefix(VARIABLE) else { continue };
            let Some(url) = vars.get(name) else { continue };
            let url = Sourced::new(url.to_owned(), Origin::Variable(name.to_owned().into()));
            match rest.strip_prefix('_') {
                Some(service) => self.variables.push((service.to_ascii_lowercase(), url)),
                None if rest.is_empty() => self.variable = Some(url),
                None => {}
            }
        }
    }

    fn read_profile(&mut self, files: &Files, profile: &Profile<'_>) -> Result<(), Error> {
        self.profile = profile.get(KEY).map(Setting::owned);
        let Some(name) = profile.get("services") else { return Ok(()) };
        let Some(section) = files.section(SectionKind::Services, name.text()) else {
            let by = profile.name().into_owned();
            return Err(files.undefined(Reference::Services { by }, name.owned()));
        };
        section.strict()?;
        self.services = blocks(section);
        Ok(())
    }
}

/// URLs by service; the last one of a service counts.
type ByService = Vec<(String, Sourced<String>)>;

fn find<'a>(urls: &'a ByService, id: &str) -> Option<&'a Sourced<String>> {
    urls.iter().rev().find(|(service, _)| service == id).map(|(_, url)| url)
}

fn blocks(section: LocatedSection<'_>) -> ByService {
    let properties = section.section().properties();
    let urls = properties.filter_map(|service| {
        let url = service.nested(KEY).filter(|url| !url.text().is_empty())?;
        let origin = Origin::File(Place::new(section.location(), url.line(), None));
        let url = Sourced::new(url.text().to_owned(), origin);
        Some((service.key().to_ascii_lowercase(), url))
    });
    urls.collect()
}
