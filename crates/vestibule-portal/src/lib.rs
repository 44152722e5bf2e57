#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod endpoint;
mod error;
mod get_role_credentials;
#[cfg(feature = "sign-in")]
mod list_account_roles;
#[cfg(feature = "sign-in")]
mod list_accounts;
#[cfg(feature = "sign-in")]
mod logout;
#[cfg(feature = "sign-in")]
mod pages;

pub use endpoint::endpoint;
pub use error::{Error, ErrorKind, Subject};
pub use get_role_credentials::GetRoleCredentials;
#[cfg(feature = "sign-in")]
pub use list_account_roles::ListAccountRoles;
#[cfg(feature = "sign-in")]
pub use list_accounts::{Account, ListAccounts};
#[cfg(feature = "sign-in")]
pub use logout::Logout;
#[cfg(feature = "sign-in")]
pub use pages::{ListLimit, Page, Pages};

// The types of other crates that are part of this crate's signatures.
pub use vestibule_types::{AccessToken, AccountId, Credentials, Region, RoleName, Timestamp};
pub use vestibule_wire::retry::Policy;
pub use vestibule_wire::{
    Body, Endpoint, EndpointError, EndpointParams, MalformedResponse, Operation, Request,
    RequestError, Response, ServiceError,
};
