//! The life of a token, over a world in memory.
#![cfg(test)]

#[cfg(feature = "sign-in")]
mod browser;
#[cfg(feature = "console-login")]
mod console;
#[cfg(feature = "console-login")]
mod console_login;
mod lock;
mod lost_response;
mod other_sessions;
mod refresh;
#[cfg(feature = "refresh-helper")]
mod refresh_helper;
mod refused;
mod replaced;
#[cfg(feature = "sign-in")]
mod screen;
#[cfg(feature = "sign-in")]
mod session_length;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "sign-in")]
mod sign_in_beside_others;
#[cfg(feature = "sign-in")]
mod sign_out;
mod storage;
mod support;
