//! Signature Version 4: proof of identity over a request, in a header or in the query.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
//!
//! [`Signer`] authorizes calls and keeps up with the service's clock; [`Signing`] makes one
//! signature at one moment and shows every step of it.
//!
//! This is code of our own for two reasons only: weight (hashing is one small crate here, and the
//! published `aws-sigv4` brings more than fifty) and the compiler (it asks for a newer one than ours).
//! It is held to `aws-sigv4`'s own test suite, every case in both forms; where those two reasons
//! do not matter, use `aws-sigv4`.
//!
//! ```
//! use vestibule_sts::sigv4::{Message, Signing};
//! use vestibule_types::{Credentials, Region, SecretAccessKey, Timestamp};
//!
//! let credentials = Credentials::new(
//!     "AKIDEXAMPLE",
//!     SecretAccessKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
//! );
//! let region = Region::new("us-east-1")?;
//! let at = Timestamp::from_compact("20150830T123600Z")?;
//! let message = Message::new("GET", "/", b"").with_header("Host", "example.amazonaws.com");
//!
//! let signed = Signing::new(&credentials, &region, "service", at).in_headers(&message);
//! assert_eq!(
//!     signed.signature(),
//!     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canonical;
mod message;
mod options;
mod signed;
mod signer;
mod signing;
mod skew;

pub use message::Message;
pub use options::{Options, PathEncoding};
pub use signed::Signed;
pub use signer::Signer;
pub use signing::Signing;
pub use skew::Skew;
