#![doc = include_str!("../README.md")]

pub mod moto;
pub mod peers;
pub mod process;
pub mod snippets;
pub mod test_env;
