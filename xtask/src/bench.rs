//! `cargo xtask bench`: figures of vestibule and of peers, from one run.

mod cached;
mod emulator;
mod growth;
mod start;
mod weight;

use anyhow::{Result, bail};

use crate::Command;
use crate::args::Args;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    takes: "cached | config | emulator | growth | start | weight [--clients] [--lto]",
    about: "valid credentials, parsing, the emulator, growth with the input, whole processes, build cost and size",
    run,
};

fn run(mut args: Args) -> Result<()> {
    let (clients, lto) = (args.flag("--clients"), args.flag("--lto"));
    let name = args.positional()?;
    args.finish()?;
    match name.as_deref() {
        Some("cached") => cached::measure(),
        Some("config") => {
            let bench = ["bench", "--manifest-path", "bench/Cargo.toml", "--bench", "config"];
            Ok(cargo(bench).run()?)
        }
        Some("emulator") => emulator::measure(),
        Some("growth") => growth::measure(),
        Some("start") => start::measure(),
        Some("weight") => weight::measure(clients, lto),
        _ => {
            bail!("name a benchmark: `cached`, `config`, `emulator`, `growth`, `start` or `weight`")
        }
    }
}
