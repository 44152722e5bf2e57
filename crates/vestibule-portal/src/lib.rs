#![doc = include_str!("../README.md")]

mod endpoint;
mod error;
mod get_role_credentials;
mod list_account_roles;
mod list_accounts;
mod logout;
mod pages;

pub use endpoint::endpoint;
pub use error::{Error, ErrorKind, Subject};
pub use get_role_credentials::GetRoleCredentials;
pub use list_account_roles::ListAccountRoles;
pub use list_accounts::{Account, ListAccounts};
pub use logout::Logout;
pub use pages::{ListLimit, Page, Pages};

// The types of other crates that are part of this crate's signatures.
pub use vestibule_types::{AccessToken, AccountId, Credentials, Region, RoleName, Timestamp};
pub use vestibule_wire::retry::Policy;
pub use vestibule_wire::{
    Body, Endpoint, EndpointError, EndpointParams, MalformedResponse, Operation, Request,
    RequestError, Response, ServiceError,
};
