#![doc = include_str!("../README.md")]

mod site;

mod destination;
mod get_signin_token;

mod link;

pub use destination::{Destination, InvalidDestination};
pub use get_signin_token::GetSigninToken;
pub use link::{Error, sign_in_link};
pub use site::{NoConsole, Site};
