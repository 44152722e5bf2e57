#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod create_token;
mod endpoint;
mod error;
mod redirect_uri;

#[cfg(feature = "sign-in")]
mod authorize_url;
#[cfg(feature = "sign-in")]
mod client;
#[cfg(feature = "sign-in")]
mod pkce;
#[cfg(feature = "sign-in")]
mod portal_address;
#[cfg(feature = "sign-in")]
mod redirect;
#[cfg(feature = "sign-in")]
mod register_client;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "sign-in")]
mod start_device_authorization;
#[cfg(feature = "sign-in")]
mod web_address;

pub use create_token::{CreateToken, Grant, Tokens};
pub use endpoint::endpoint;
pub use error::Error;
pub use redirect_uri::{REDIRECT_PATH, RedirectUri};

#[cfg(feature = "sign-in")]
pub use client::{ACCOUNT_ACCESS, Client, Flow, Registration};
#[cfg(feature = "sign-in")]
pub use pkce::Pkce;
#[cfg(feature = "sign-in")]
pub use portal_address::{is_aws_portal, redirected_portal, region_of_portal};
#[cfg(feature = "sign-in")]
pub use redirect::Redirect;
#[cfg(feature = "sign-in")]
pub use register_client::RegisterClient;
#[cfg(feature = "sign-in")]
pub use sign_in::{Redirected, Seed, SignIn, SignInError, SignedIn, Step};
#[cfg(feature = "sign-in")]
pub use start_device_authorization::{StartDeviceAuthorization, Verification};
#[cfg(feature = "sign-in")]
pub use web_address::WebAddress;

// The types of other crates that are part of this crate's signatures.
pub use vestibule_types::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken, Region,
    SessionName, SsoSession, StartUrl, Timestamp,
};
pub use vestibule_wire::retry::Policy;
pub use vestibule_wire::{
    AnswerError, Body, Endpoint, EndpointError, EndpointParams, Malformed, Operation, Request,
    Response, ServiceError, Unsendable,
};
#[cfg(feature = "sign-in")]
pub use zeroize::Zeroizing;
