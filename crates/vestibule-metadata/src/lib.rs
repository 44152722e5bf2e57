#![doc = include_str!("../README.md")]

mod container_token;
mod container_uri;
mod document;
mod get_container_credentials;
mod get_instance_credentials;
mod get_region;
mod get_role_name;
mod get_token;
mod instance_endpoint;
mod static_stability;

pub use container_token::{ContainerToken, ContainerTokenSource, InvalidToken};
pub use container_uri::{ContainerUri, ContainerUriError};
pub use get_container_credentials::GetContainerCredentials;
pub use get_instance_credentials::GetInstanceCredentials;
pub use get_region::GetRegion;
pub use get_role_name::{GetRoleName, RoleApi};
pub use get_token::{GetToken, InstanceToken};
pub use instance_endpoint::{InstanceEndpointError, instance_endpoint};
pub use static_stability::extend_if_expired;

// The crates whose types are in this crate's signatures.
pub use vestibule_types as types;
pub use vestibule_wire as wire;
