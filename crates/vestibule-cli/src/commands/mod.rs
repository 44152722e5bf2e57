//! One module per command.

mod account_map;
#[cfg(unix)]
pub(crate) mod agent;
pub(crate) mod auth_tokens;
pub(crate) mod cache;
pub(crate) mod codecommit;
mod columns;
pub(crate) mod complete;
pub(crate) mod completions;
pub(crate) mod configure;
pub(crate) mod console;
pub(crate) mod doctor;
pub(crate) mod eks;
pub(crate) mod exec;
mod expiry;
pub(crate) mod explain;
pub(crate) mod export_credentials;
pub(crate) mod list;
mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod profile;
mod recent;
pub(crate) mod refresh_helper;
pub(crate) mod roles_anywhere;
pub(crate) mod select;
pub(crate) mod serve;
mod session_state;
mod sign_in;
pub(crate) mod status;
mod target;
pub(crate) mod trust;
pub(crate) mod wait;
pub(crate) mod whoami;
pub(crate) mod written_profile;
