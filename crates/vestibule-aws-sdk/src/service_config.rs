use std::sync::Arc;

use aws_types::origin::Origin as SdkOrigin;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use vestibule::{Origin, Session};

/// Settings that a client asks for by name, its own before those of all.
#[derive(Debug)]
pub(crate) struct ServiceConfig(Arc<Session>);

impl ServiceConfig {
    pub(crate) fn new(session: Arc<Session>) -> Self {
        Self(session)
    }
}

impl LoadServiceConfig for ServiceConfig {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.profile() == "endpoint_url" {
            // These can be ignored as a whole.
            let url = self.0.settings().endpoint_urls.get(key.service_id())?;
            return Some(url.value.clone());
        }
        let setting = self.0.setting_for(key.service_id(), key.env(), key.profile())?;
        Some(setting.text().to_owned())
    }
}

/// Where a setting comes from, in the words of clients, which put what code says first.
pub(crate) fn origin(origin: &Origin) -> SdkOrigin {
    match origin {
        Origin::Argument(_) => SdkOrigin::shared_config(),
        Origin::Variable(_) => SdkOrigin::shared_environment_variable(),
        Origin::File(_) => SdkOrigin::shared_profile_file(),
        _ => SdkOrigin::unknown(),
    }
}
