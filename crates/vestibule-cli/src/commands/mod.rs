//! One module per command.

pub(crate) mod choice;
pub(crate) mod complete;
pub(crate) mod completions;
pub(crate) mod configure;
pub(crate) mod console;
pub(crate) mod doctor;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod export_credentials;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod man;
pub(crate) mod serve;
mod sign_in;
pub(crate) mod status;
mod target;
pub(crate) mod whoami;
