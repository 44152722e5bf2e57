use aws_types::origin::Origin as SdkOrigin;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use vestibule::{Origin, Session};

/// Settings that a client looks up by name; those of its service take precedence.
#[derive(Debug)]
pub(crate) struct ServiceConfig(Session);

impl ServiceConfig {
    pub(crate) fn new(session: Session) -> Self {
        Self(session)
    }
}

impl LoadServiceConfig for ServiceConfig {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.profile() == "endpoint_url" {
            // `ignore_configured_endpoint_urls` applies to endpoint URLs only.
            let url = self.0.settings().endpoint_urls.get(key.service_id())?;
            return Some(url.value.clone());
        }
        let setting = self.0.setting_for(key.service_id(), key.env(), key.profile())?;
        Some(setting.text().to_owned())
    }
}

/// Returns the origin of a setting as the SDK has it.
pub(crate) fn origin(origin: &Origin) -> SdkOrigin {
    match origin {
        Origin::Argument(_) => SdkOrigin::shared_config(),
        Origin::Variable(_) => SdkOrigin::shared_environment_variable(),
        Origin::File(_) => SdkOrigin::shared_profile_file(),
        _ => SdkOrigin::unknown(),
    }
}
