//! Signature Version 4: signed requests, by a header or in the query.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
//!
//! [`Signer`] signs the requests of a client and corrects clock skew; [`SigningParams`] computes one
//! signature and exposes its intermediate results.
//!
//! There are two reasons not to use `aws-sigv4`: it brings more than fifty crates where this module
//! needs one for hashing, and it requires a newer compiler. This module passes the test suite of
//! `aws-sigv4`, in headers and in the query.
//!
//! ```
//! use vestibule_sts::sigv4::{SignableRequest, SigningParams};
//! use vestibule_types::{Credentials, Region, SecretAccessKey, Timestamp};
//!
//! let credentials = Credentials::new(
//!     "AKIDEXAMPLE",
//!     SecretAccessKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
//! );
//! let region = Region::new("us-east-1")?;
//! let at = Timestamp::from_compact("20150830T123600Z")?;
//! let message = SignableRequest::new("GET", "/", b"").with_header("Host", "example.amazonaws.com");
//!
//! let signed = SigningParams::new(&credentials, &region, "service", at).in_headers(&message);
//! assert_eq!(
//!     signed.signature(),
//!     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canonical;
mod clock_skew;
mod key_signer;
mod options;
mod signable_request;
mod signer;
mod signing_output;
mod signing_params;

pub use clock_skew::ClockSkew;
pub use key_signer::{KeySigner, SigningKey};
pub use options::{Options, PathEncoding};
pub use signable_request::SignableRequest;
pub use signer::Signer;
pub use signing_output::SigningOutput;
pub use signing_params::SigningParams;
