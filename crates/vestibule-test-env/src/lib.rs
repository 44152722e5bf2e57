#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod approver;
mod config;
mod random;
mod session;
mod token_store;

pub use approver::AutoApprover;
pub use config::{CONFIG, TOKEN_FILE};
pub use random::Random;
pub use session::{
    instance, sign_in, sign_in_with_another_tool, token_of_another_tool, token_path, world,
    world_with_config,
};
pub use token_store::TestTokenStore;
