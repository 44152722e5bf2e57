//! `cargo xtask bench`: figures, ours and the peers', from one run.

mod cached;
mod emulator;
mod pairs;
mod start;
mod weight;

use crate::Command;
use crate::args::Args;
use crate::failure::{Failure, Result};
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    takes: "cached | config | emulator | start | weight [--lto]",
    about: "measure beside the peers: valid credentials, parsing, whole processes, build cost and size; or the emulator",
    run,
};

fn run(mut args: Args) -> Result {
    match args.positional().as_deref() {
        Some("cached") => {
            args.finish()?;
            cached::measure()
        }
        Some("config") => {
            args.finish()?;
            cargo(["bench", "--manifest-path", "bench/Cargo.toml", "--bench", "config"]).run()
        }
        Some("emulator") => {
            args.finish()?;
            emulator::measure()
        }
        Some("start") => {
            args.finish()?;
            start::measure()
        }
        Some("weight") => {
            let (clients, lto) = (args.flag("--clients"), args.flag("--lto"));
            args.finish()?;
            weight::measure(clients, lto)
        }
        _ => Err(Failure::new("which benchmark?")
            .fix("`cached`, `config`, `emulator`, `start` or `weight`")),
    }
}
