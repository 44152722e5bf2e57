#![doc = include_str!("../README.md")]

mod builder;
mod clock;
mod config;
mod emulator;
mod faults;
mod log;
mod operation;
mod transport;

mod handle;
mod route;

mod iam;
mod issued;
mod jwt;
mod saml;

mod control;
mod oidc;
mod pages;
mod portal;
mod sts;
mod verify;

mod answer;
mod escape;
mod mint;
mod params;
mod state;
mod table;

#[cfg(feature = "server")]
mod server;

pub use builder::Builder;
pub use clock::Clock;
pub use config::Rotation;
pub use emulator::{Emulator, Failing};
pub use faults::{Fault, UnknownFault};
pub use iam::{IamRole, IamUser};
pub use log::Logged;
pub use operation::{Operation, UnknownOperation};
#[cfg(feature = "server")]
pub use server::{Machine, Server};
pub use state::NotWaiting;
