//! A program on a terminal, timed until it has drawn something.

use std::fs::File;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use nix::pty::{Winsize, openpty};

/// Times a command from its start until a text is on its terminal, then ends it.
pub(crate) fn time_until(command: &mut Command, text: &str) -> Result<Duration> {
    let size = Winsize { ws_row: 40, ws_col: 140, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(Some(&size), None)?;
    let end = || Ok::<_, std::io::Error>(Stdio::from(terminal.slave.try_clone()?));
    command.env("TERM", "xterm").stdin(end()?).stdout(end()?).stderr(end()?);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut screen = File::from(terminal.master);
    let (mut drawn, mut buffer) = (String::new(), [0; 64 << 10]);
    let mut time = None;
    while time.is_none() {
        let count = screen.read(&mut buffer)?;
        ensure!(count != 0, "the program closed its terminal: {drawn}");
        drawn.push_str(&String::from_utf8_lossy(&buffer[..count]));
        time = drawn.contains(text).then(|| start.elapsed());
    }
    child.kill()?;
    child.wait()?;
    Ok(time.unwrap_or_default())
}
