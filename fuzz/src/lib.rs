//! Fuzz targets: properties that must hold for every input.
//!
//! Each target is a function of bytes that panics if the input violates its property. libFuzzer
//! generates inputs (`fuzz_targets/`), and the tests replay the committed ones (`corpus/`).

mod cache;
mod config;
mod edit;
mod json;
mod plan;
mod process_output;
mod redirect;

pub use cache::cache;
pub use config::config;
pub use edit::edit;
pub use json::json;
pub use plan::plan;
pub use process_output::process_output;
pub use redirect::redirect;

/// A fuzz target: panics if the bytes violate its property.
pub type Target = fn(&[u8]);

/// All fuzz targets by name, which is also the name of their directory in `corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("cache", cache),
    ("config", config),
    ("edit", edit),
    ("json", json),
    ("plan", plan),
    ("process_output", process_output),
    ("redirect", redirect),
];

/// The secret in inputs; it must not appear in messages or `Debug` output.
const SECRET: &str = "HUSH";
