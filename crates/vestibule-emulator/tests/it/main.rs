//! Tests of the emulator in process and as a server.
#![cfg(test)]

mod assume_role;
mod client;
mod code;
#[cfg(feature = "console-sign-in")]
mod console;
mod container;
mod control;
mod device;
mod eks;
mod faults;
#[cfg(feature = "toml")]
mod file;
mod hostile;
mod instance;
mod pages;
mod portal;
#[cfg(feature = "server")]
mod program;
#[cfg(feature = "server")]
mod proxy;
mod refresh;
mod register;
mod roles_anywhere;
mod saml;
#[cfg(feature = "server")]
mod server;
mod session_token;
mod signer;
#[cfg(feature = "server")]
mod sockets;
mod sts;
mod web_identity;
