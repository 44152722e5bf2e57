//! Settings of the instance metadata service.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::error::Error;
use crate::setting::Lookup;
use crate::{Setting, Sourced};

/// How to reach EC2 instance metadata.
///
/// Most programs never need it, so a bad value is an error only for those that do: a setting is
/// made sense of when it is asked for.
#[derive(Clone, Debug)]
pub struct MetadataSettings {
    disabled: Sourced<bool>,
    endpoint: Option<Setting<'static>>,
    endpoint_mode: Option<Setting<'static>>,
    v1_disabled: Option<Setting<'static>>,
    timeout: Option<Setting<'static>>,
    attempts: Option<Setting<'static>>,
}

impl MetadataSettings {
    pub(crate) fn new(lookup: Lookup<'_>) -> Self {
        let find = |variable, key| lookup.find(&[variable], key).map(Setting::into_static);
        Self {
            disabled: find("AWS_EC2_METADATA_DISABLED", "disable_ec2_metadata").map_or_else(
                || Sourced::by_default(false),
                |text| text.owned().map(|text| text.eq_ignore_ascii_case("true")),
            ),
            endpoint: find("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint"),
            endpoint_mode: find(
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                "ec2_metadata_service_endpoint_mode",
            ),
            v1_disabled: find("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"),
            timeout: find("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
            attempts: find("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"),
        }
    }

    /// `AWS_EC2_METADATA_DISABLED`, `disable_ec2_metadata`: `true`, in any case; anything else
    /// leaves it enabled.
    pub fn disabled(&self) -> &Sourced<bool> {
        &self.disabled
    }

    /// `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `ec2_metadata_service_endpoint`, as written.
    pub fn endpoint(&self) -> Option<&Setting<'static>> {
        self.endpoint.as_ref()
    }

    /// `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, `ec2_metadata_service_endpoint_mode`, as written.
    pub fn endpoint_mode(&self) -> Option<&Setting<'static>> {
        self.endpoint_mode.as_ref()
    }

    /// `AWS_EC2_METADATA_V1_DISABLED`, `ec2_metadata_v1_disabled`. Default: false.
    ///
    /// # Errors
    /// Neither `true` nor `false`.
    pub fn v1_disabled(&self) -> Result<Sourced<bool>, Error> {
        let disabled = self.v1_disabled.clone();
        disabled.map_or_else(|| Ok(Sourced::by_default(false)), Setting::boolean)
    }

    /// `AWS_METADATA_SERVICE_TIMEOUT`, `metadata_service_timeout`: whole seconds an attempt may take.
    ///
    /// # Errors
    /// No whole number.
    pub fn timeout(&self) -> Result<Option<Sourced<Duration>>, Error> {
        self.timeout.clone().map(Setting::seconds).transpose()
    }

    /// `AWS_METADATA_SERVICE_NUM_ATTEMPTS`, `metadata_service_num_attempts`, the first included.
    ///
    /// # Errors
    /// No whole number, or zero.
    pub fn attempts(&self) -> Result<Option<Sourced<NonZeroU32>>, Error> {
        self.attempts.clone().map(Setting::attempts).transpose()
    }
}
