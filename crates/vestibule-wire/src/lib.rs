//! AWS calls as values.
//!
//! An [`Operation`] says how to ask one question and how to read the answer; an [`Endpoint`] says
//! where; [`Authorize`] puts proof of identity on a request; [`retry`] decides whether to ask
//! again. All of it is pure: nothing here opens a socket, reads a clock, or knows which services
//! exist.
//!
//! ```
//! use vestibule_types::Region;
//! use vestibule_wire::{Endpoint, EndpointParams};
//!
//! let params = EndpointParams::new(Region::new("cn-north-1")?);
//! let portal = Endpoint::regional(&params, "portal.sso", "portal.sso-fips")?;
//! assert_eq!(portal.url(), "https://portal.sso.cn-north-1.amazonaws.com.cn");
//!
//! let request = portal.get("/assignment/accounts").query("max_result", "100").finish()?;
//! assert_eq!(request.uri().path_and_query().unwrap(), "/assignment/accounts?max_result=100");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authorize;
mod encode;
mod endpoint;
mod operation;
mod partition;
mod request;
pub mod rest_json;
pub mod retry;
mod service_error;

pub use authorize::{Anonymous, Authorize, Exchange, Verdict};
pub use encode::percent_encode;
pub use endpoint::{Endpoint, EndpointError, EndpointParams};
pub use operation::{Operation, Request, Response};
pub use partition::Partition;
pub use request::{RequestBuilder, Unsendable};
pub use service_error::{AnswerError, Malformed, ServiceError, printable};
