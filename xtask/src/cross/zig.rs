//! Zig, whose compiler for C has the C libraries of other processors.

use std::path::PathBuf;

use anyhow::Result;

use super::toolchain::folder;
use crate::run::{program, write_script};

/// Installs zig, and returns the folder of `cc` and `ar` for a target with musl.
pub(super) fn tools(target: &str) -> Result<PathBuf> {
    let zig = folder("zig")?;
    if !zig.join("bin/python-zig").exists() {
        program("python3").args(["-m", "venv"]).arg(&zig).run()?;
        program(zig.join("bin/pip")).args(["install", "--quiet", "ziglang==0.17.1"]).run()?;
    }
    let tools = folder(&format!("zig/{target}"))?;
    let python = zig.join("bin/python").display().to_string();
    let processor = target.split('-').next().unwrap_or_default();
    // The name that zig has for the target is another.
    let cc = format!(
        r#"#!/bin/sh
for argument; do
    shift
    case $argument in
        --target=*) ;;
        *) set -- "$@" "$argument" ;;
    esac
done
exec '{python}' -m ziglang cc -target {processor}-linux-musl "$@"
"#
    );
    let ar = format!("#!/bin/sh\nexec '{python}' -m ziglang ar \"$@\"\n");
    write_script(&tools.join("cc"), &cc)?;
    write_script(&tools.join("ar"), &ar)?;
    Ok(tools)
}
