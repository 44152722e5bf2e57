#![doc = include_str!("../README.md")]

mod authorize_url;
mod client;
mod create_token;
mod endpoint;
mod error;
mod pkce;
mod portal_address;
mod redirect;
mod register_client;
mod sign_in;
mod start_device_authorization;
mod web_address;

pub use client::{ACCOUNT_ACCESS, Client, Flow, Registration};
pub use create_token::{CreateToken, Grant, Tokens};
pub use endpoint::endpoint;
pub use error::Error;
pub use pkce::Pkce;
pub use portal_address::{is_aws_portal, redirected_portal, region_of_portal};
pub use redirect::{REDIRECT_PATH, Redirect, RedirectUri};
pub use register_client::RegisterClient;
pub use sign_in::{Redirected, Seed, SignIn, SignInError, SignedIn, Step};
pub use start_device_authorization::{StartDeviceAuthorization, Verification};
pub use web_address::WebAddress;
