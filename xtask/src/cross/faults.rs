//! Tests that fail under an emulator for a reason of the emulator's, with a program that shows it.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use xshell::Cmd;

use super::tests::Runner;
use super::toolchain::folder;

/// A behavior of an emulator that makes tests fail.
pub(super) struct EmulatorFault {
    pub(super) package: &'static str,
    /// The tests, by parts of their names.
    pub(super) tests: &'static [&'static str],
    pub(super) reason: &'static str,
    /// The program in this folder that shows it.
    pub(super) proof: &'static str,
    /// What it prints under the emulator, and not on a real machine.
    pub(super) output: &'static str,
}

impl EmulatorFault {
    /// Builds the program with a compiler for C, and runs it. Fails if the emulator behaves as a real
    /// machine does.
    pub(super) fn prove(&self, compiler: Cmd<'_>, options: &[&str], runner: &Runner) -> Result<()> {
        let source = Path::new("xtask/src/cross").join(self.proof);
        let proof = folder("tools")?.join(self.proof).with_extension("exe");
        compiler.arg(source).arg("-o").arg(&proof).args(options).run()?;
        let output = runner.command(&proof).output().context("no emulator")?;
        let output = String::from_utf8_lossy(&output.stdout);
        println!("{}", output.trim_end());
        ensure!(
            output.contains(self.output),
            "{}: the emulator behaves as a real machine now\nhint: remove the fault, and run {:?}",
            self.proof,
            self.tests
        );
        Ok(())
    }

    /// Returns the sentence for the table.
    pub(super) fn remark(&self) -> String {
        let Self { tests, reason, proof, .. } = self;
        format!("`{}`: {reason} (`xtask/src/cross/{proof}` shows it)", tests.join("`, `"))
    }
}
