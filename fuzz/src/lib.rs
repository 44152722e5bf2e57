//! Laws: what must hold for every input.
//!
//! Each is a function of bytes that panics where it is broken. libFuzzer looks for such bytes
//! (`fuzz_targets/`), and the tests replay those that are kept (`corpus/`).

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

/// A law, from bytes to a panic where they break it.
pub type Law = fn(&[u8]);

/// Every law, under the name of its target and of its folder in `corpus/`.
pub const LAWS: &[(&str, Law)] = &[
    ("cache", cache),
    ("config", config),
    ("edit", edit),
    ("json", json),
    ("plan", plan),
    ("process_output", process_output),
    ("redirect", redirect),
];

/// What inputs hold where something is secret: it may be in nothing that a person sees.
const SECRET: &str = "HUSH";
