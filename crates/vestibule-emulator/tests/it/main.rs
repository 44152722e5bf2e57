//! The emulator from outside: in process, and behind sockets.
#![cfg(test)]

mod client;
mod code;
mod control;
mod device;
mod faults;
mod hostile;
mod pages;
mod portal;
#[cfg(feature = "server")]
mod program;
#[cfg(feature = "server")]
mod proxy;
mod refresh;
mod register;
#[cfg(feature = "server")]
mod server;
mod sts;
