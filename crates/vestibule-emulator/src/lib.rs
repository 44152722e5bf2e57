#![doc = include_str!("../README.md")]

mod builder;
mod clock;
mod config;
mod emulator;
mod faults;
#[cfg(feature = "toml")]
mod file;
mod log;
mod operation;
mod script;
mod transport;

mod handle;
mod model;
mod route;

mod iam;
mod issued;
mod jwt;
mod saml;

mod container;
mod control;
mod instance;
mod oidc;
mod pages;
mod portal;
mod signin;
mod sts;
mod verify;

mod answer;
mod escape;
mod mint;
mod params;
mod pkce;
mod state;
mod table;

#[cfg(feature = "server")]
mod server;

pub use builder::Builder;
pub use clock::Clock;
pub use config::Rotation;
pub use container::Container;
pub use emulator::{Emulator, Failing};
pub use faults::{Fault, UnknownFault};
#[cfg(feature = "toml")]
pub use file::FileError;
pub use iam::{IamRole, IamUser};
pub use instance::Instance;
pub use log::{Logged, Violation};
pub use operation::{Operation, UnknownOperation};
pub use script::ScriptError;
#[cfg(feature = "server")]
pub use server::{Machine, Server};
pub use state::NotWaiting;
