//! The OIDC service of IAM Identity Center: how a client becomes known and a person signs in.
//!
//! Three calls ([`RegisterClient`], [`StartDeviceAuthorization`], [`CreateToken`]), the address
//! of the authorize page, and [`SignIn`]: a sign-in as a state machine that a host program
//! drives. No I/O, no clock, no caches, no terminal: each step takes `now` and says what to do.
//!
//! ```
//! use vestibule_oidc::{Client, SignIn, Step, endpoint};
//! use vestibule_types::{Region, SessionName, SsoSession, StartUrl, Timestamp};
//! use vestibule_wire::EndpointParams;
//!
//! let session = SsoSession::named(
//!     SessionName::new("my-sso")?,
//!     StartUrl::new("https://my-org.awsapps.com/start")?,
//!     Region::new("us-east-1")?,
//! );
//! let at = endpoint(&EndpointParams::new(session.region.clone()))?;
//! let mut sign_in = SignIn::device(Client::for_session(&session, at));
//! match sign_in.step(Timestamp::EPOCH) {
//!     // The host sends it with whatever HTTP it has, and calls `sign_in.answered(..)`.
//!     Step::Send(request) => assert_eq!(request.uri().path(), "/client/register"),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authorize_url;
mod client;
mod create_token;
mod endpoint;
mod error;
mod pkce;
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
pub use redirect::{REDIRECT_PATH, Redirect, RedirectUri};
pub use register_client::RegisterClient;
pub use sign_in::{Redirected, Seed, SignIn, SignInError, SignedIn, Step};
pub use start_device_authorization::{StartDeviceAuthorization, Verification};
pub use web_address::WebAddress;
