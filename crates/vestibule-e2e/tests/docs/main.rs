//! The code that the documentation shows, run as it stands.
//!
//! `cargo xtask snippets`, `ten-lines` and `examples` build and install what these need.
#![expect(clippy::print_stdout, reason = "shows what each program printed")]

mod examples;
mod snippets;
mod ten_lines;
