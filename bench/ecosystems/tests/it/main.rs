//! Real clients over our adapters: `cargo xtask ecosystems`.

mod aws_config;
mod aws_sdk;
mod object_store;
mod opendal;
