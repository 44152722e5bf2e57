//! The life of a token, over a world in memory.
#![cfg(test)]

#[cfg(feature = "console-login")]
mod console;
#[cfg(feature = "console-login")]
mod console_login;
mod lock;
mod lost_response;
mod refresh;
mod refused;
mod replaced;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "sign-in")]
mod sign_out;
mod storage;
mod support;
