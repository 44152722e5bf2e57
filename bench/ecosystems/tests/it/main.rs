//! Tests of vestibule's adapters with real clients: `cargo xtask ecosystems`.

mod aws_config;
mod aws_sdk;
mod noticed;
mod object_store;
mod opendal;
