//! `cargo xtask ecosystems`: the AWS SDK, `object_store` and `OpenDAL` over our adapters.

use crate::Command;
use crate::args::Args;
use crate::peers;
use crate::run::cargo;

pub(crate) const COMMAND: Command = Command {
    name: "ecosystems",
    takes: "[TEST]",
    about: "the AWS SDK, object_store and OpenDAL over our adapters, against moto and the emulator",
    run: |mut args: Args| {
        let test = args.positional()?;
        args.finish()?;
        let moto = peers::install("moto")?;
        Ok(cargo(["test", "--manifest-path", "bench/Cargo.toml", "--package", "ecosystems"])
            .args(["--target-dir", peers::RUST_TARGET, "--"])
            .args(test)
            .env("MOTO", moto)
            .run()?)
    },
};
