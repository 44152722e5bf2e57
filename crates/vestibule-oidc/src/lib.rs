#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod create_token;
mod endpoint;
mod error;

#[cfg(feature = "iam")]
mod create_token_with_iam;

#[cfg(feature = "sign-in")]
mod authorize_url;
#[cfg(feature = "sign-in")]
mod client;
#[cfg(feature = "sign-in")]
mod portal_address;
#[cfg(feature = "sign-in")]
mod register_client;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "sign-in")]
mod start_device_authorization;

pub use create_token::{CreateToken, Grant, Tokens};
pub use endpoint::endpoint;
pub use error::{Error, ErrorKind};

#[cfg(feature = "iam")]
pub use create_token_with_iam::{
    ACCESS_TOKEN_TYPE, CONTEXT_PROVIDER, CreateTokenWithIam, IamGrant, IamTokens,
    REFRESH_TOKEN_TYPE, SIGNING_NAME,
};

#[cfg(feature = "sign-in")]
pub use client::{ACCOUNT_ACCESS, Client, Flow, Registration};
#[cfg(feature = "sign-in")]
pub use portal_address::{is_aws_portal, redirected_portal, region_of_portal};
#[cfg(feature = "sign-in")]
pub use register_client::RegisterClient;
#[cfg(feature = "sign-in")]
pub use sign_in::{FlowError, Seed, SignIn, SignedIn, Step};
#[cfg(feature = "sign-in")]
pub use start_device_authorization::{StartDeviceAuthorization, Verification};

// The types of other crates that are part of this crate's signatures.
pub use vestibule_types::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode, RefreshToken, Region,
    Secret, SessionName, SsoSession, StartUrl, Timestamp,
};
pub use vestibule_wire::retry::Policy;
#[cfg(feature = "sign-in")]
pub use vestibule_wire::sign_in::{
    Pkce, Redirect, Redirected, SignInMachine, WebAddress, Zeroizing,
};
pub use vestibule_wire::{
    Body, Endpoint, EndpointError, EndpointParams, MalformedResponse, Operation, REDIRECT_PATH,
    RedirectUri, Request, RequestError, Response, ResponseError, ServiceError,
};
