//! Fuzz targets: properties that must hold for every input.
//!
//! Each target is a function of bytes that panics if the input violates its property. libFuzzer
//! generates inputs (`fuzz_targets/`), and the tests replay the committed ones (`corpus/`).

mod cache;
mod config;
mod edit;
mod emulator_config;
mod json;
mod loopback;
mod plan;
mod process_output;
mod proxy_response;
mod redirect;
mod response;

pub use cache::cache;
pub use config::config;
pub use edit::edit;
pub use emulator_config::emulator_config;
pub use json::json;
pub use loopback::{callback_request, serve_request};
pub use plan::plan;
pub use process_output::process_output;
pub use proxy_response::proxy_response;
pub use redirect::redirect;
pub use response::response;

/// A fuzz target: panics if the bytes violate its property.
pub type Target = fn(&[u8]);

/// All fuzz targets by name, which is also the name of their directory in `corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("cache", cache),
    ("callback_request", callback_request),
    ("config", config),
    ("edit", edit),
    ("emulator_config", emulator_config),
    ("json", json),
    ("plan", plan),
    ("process_output", process_output),
    ("proxy_response", proxy_response),
    ("redirect", redirect),
    ("response", response),
    ("serve_request", serve_request),
];

/// Makes a write to a closed connection an error, as in every Rust program. libFuzzer has the `main` of
/// a target, and would end by the signal.
#[cfg(feature = "libfuzzer")]
pub fn ignore_sigpipe() {
    signal_hook::flag::register(signal_hook::consts::SIGPIPE, Default::default())
        .expect("a signal that may be handled");
}

/// The secret in inputs; it must not appear in messages or `Debug` output.
const SECRET: &str = "HUSH";
