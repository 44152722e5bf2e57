//! `cargo xtask ecosystems`: real clients of others over our adapters, and AWS as moto plays it.

use crate::Command;
use crate::args::Args;
use crate::failure::Failure;
use crate::run::cargo;
use crate::subjects;

pub(crate) const COMMAND: Command = Command {
    name: "ecosystems",
    takes: "[TEST]",
    about: "use the AWS SDK, object_store and OpenDAL over our adapters, against moto and the emulator",
    run: |mut args: Args| {
        let test = args.positional();
        args.finish()?;
        let moto = std::path::absolute(subjects::install("moto")?)
            .map_err(|error| Failure::new(format!("no path to moto: {error}")))?;
        cargo(["test", "--manifest-path", "bench/Cargo.toml", "--package", "ecosystems", "--"])
            .args(test)
            .env("MOTO", moto)
            .run()
    },
};
