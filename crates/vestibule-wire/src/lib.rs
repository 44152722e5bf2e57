#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorize;
mod body;
mod encode;
mod endpoint;
mod operation;
mod origin;
mod partition;
mod redirect_uri;
mod request;
pub mod rest_json;
pub mod retry;
mod service_error;
#[cfg(feature = "sign-in")]
pub mod sign_in;

pub use authorize::{AfterResponse, Anonymous, Authorize, Exchange};
pub use body::Body;
pub use encode::percent_encode;
pub use endpoint::{Endpoint, EndpointError, EndpointParams};
pub use operation::{Operation, Request, Response};
pub use origin::{Origin, is_loopback_host};
pub use partition::Partition;
pub use redirect_uri::{REDIRECT_PATH, RedirectUri};
pub use request::{RequestBuilder, RequestError, RequestInfo, RequestTimeout};
pub use service_error::{MalformedResponse, ResponseError, ServiceError};

// The crates whose types are in this crate's signatures.
pub use bytes;
pub use http;
pub use vestibule_types as types;
