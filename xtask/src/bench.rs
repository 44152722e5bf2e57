//! `cargo xtask bench`: figures, ours and the peers', from one run.

mod weight;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    takes: "weight [--lto]",
    about: "measure beside the peers: build cost and size",
    run,
};

fn run(mut args: Args) -> Result {
    match args.positional().as_deref() {
        Some("weight") => {
            let lto = args.flag("--lto");
            args.finish()?;
            weight::measure(lto)
        }
        _ => Err(Failure::new("which benchmark?").fix("`cargo xtask bench weight`")),
    }
}
