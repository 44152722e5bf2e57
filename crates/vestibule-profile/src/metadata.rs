//! Settings of the instance metadata service.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::error::Error;
use crate::setting::Lookup;
use crate::{Setting, Sourced};

/// Settings of the EC2 instance metadata service.
///
/// They are parsed when they are read: an invalid value is an error only for programs that use the service.
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

    /// Returns `AWS_EC2_METADATA_DISABLED` or `disable_ec2_metadata`: `true`, in any case; anything
    /// else leaves it enabled.
    pub fn disabled(&self) -> &Sourced<bool> {
        &self.disabled
    }

    /// Returns `AWS_EC2_METADATA_SERVICE_ENDPOINT` or `ec2_metadata_service_endpoint`, as written.
    pub fn endpoint(&self) -> Option<&Setting<'static>> {
        self.endpoint.as_ref()
    }

    /// Returns `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` or `ec2_metadata_service_endpoint_mode`, as
    /// written.
    pub fn endpoint_mode(&self) -> Option<&Setting<'static>> {
        self.endpoint_mode.as_ref()
    }

    /// Returns `AWS_EC2_METADATA_V1_DISABLED` or `ec2_metadata_v1_disabled`. Default: false.
    ///
    /// # Errors
    /// Returns an [`Error`] for a value other than `true` or `false`.
    pub fn v1_disabled(&self) -> Result<Sourced<bool>, Error> {
        let disabled = self.v1_disabled.clone();
        disabled.map_or_else(|| Ok(Sourced::by_default(false)), Setting::boolean)
    }

    /// Returns `AWS_METADATA_SERVICE_TIMEOUT` or `metadata_service_timeout`: timeout of an attempt,
    /// in whole seconds.
    ///
    /// # Errors
    /// Returns an [`Error`] if it is not a whole number.
    pub fn timeout(&self) -> Result<Option<Sourced<Duration>>, Error> {
        self.timeout.clone().map(Setting::seconds).transpose()
    }

    /// Returns `AWS_METADATA_SERVICE_NUM_ATTEMPTS` or `metadata_service_num_attempts`: number of
    /// attempts, the first included.
    ///
    /// # Errors
    /// Returns an [`Error`] if it is not a whole number, or zero.
    pub fn attempts(&self) -> Result<Option<Sourced<NonZeroU32>>, Error> {
        self.attempts.clone().map(Setting::attempts).transpose()
    }
}
