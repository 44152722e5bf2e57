//! Runs a command with `VESTIBULE_MOTO_URL` in its environment, and fails if it sent moto nothing.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use vestibule_e2e::moto::Moto;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().context("usage: with-moto COMMAND [ARGUMENT …]")?;
    let moto = Moto::start()?;
    let status = Command::new(&program)
        .args(arguments)
        .env("VESTIBULE_MOTO_URL", moto.url())
        .status()
        .with_context(|| format!("cannot run {program}"))?;
    let requests = moto.stop()?;
    ensure!(status.success(), "{program} failed: {status}");
    ensure!(requests > 0, "{program} sent no request to moto");
    Ok(())
}
