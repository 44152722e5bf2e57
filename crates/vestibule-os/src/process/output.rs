use std::io::{self, Read};
use std::sync::Arc;

use vestibule_types::joined;
use zeroize::Zeroizing;

use super::Progress;
use super::platform::Child;
use crate::monitor::Monitor;
use crate::{bounded, thread};

/// The bytes reserved at once for stdout.
const STDOUT_CAPACITY: usize = 64 << 10;

/// The bytes kept of stderr.
const STDERR_TAIL: usize = 1 << 10;

/// Starts a reader thread for each of the two streams, so that neither pipe fills up.
pub(super) fn start_readers(
    child: &mut Child,
    stdout_limit: usize,
    progress: &Arc<Monitor<Progress>>,
) -> io::Result<()> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (stdout_progress, stderr_progress) = (progress.clone(), progress.clone());
    thread::spawn("vestibule-output", move || {
        let output = stdout.map_or_else(
            || Ok(Zeroizing::default()),
            |mut stdout| bounded::read_to_end(&mut stdout, STDOUT_CAPACITY, stdout_limit),
        );
        stdout_progress.update(|progress| progress.stdout = Some(output));
    })?;
    thread::spawn("vestibule-output", move || {
        let tail = stderr.map_or_else(String::new, |stderr| printable(&read_tail(stderr)));
        stderr_progress.update(|progress| progress.stderr = Some(tail));
    })?;
    Ok(())
}

/// Reads a stream to its end and returns its last bytes. A read error counts as the end.
fn read_tail(mut stream: impl Read) -> Vec<u8> {
    let mut tail = Vec::new();
    let mut buffer = [0; STDERR_TAIL];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..length]);
        tail.drain(..tail.len().saturating_sub(STDERR_TAIL));
    }
    tail
}

/// Decodes lines of text, without characters that could steer the terminal.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\t', " ");
    joined(text.trim().lines().map(vestibule_types::printable), "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_stderr_is_cut_at_the_start() {
        let stderr = format!("{}the end", "x".repeat(5000));
        let tail = read_tail(stderr.as_bytes());
        assert_eq!(tail.len(), STDERR_TAIL);
        assert!(tail.ends_with(b"xthe end"));
    }

    #[test]
    fn stderr_with_control_characters_is_escaped() {
        assert_eq!(printable(b"\x1b[2Jno\r\nway \xff\n"), "\\u{1b}[2Jno\nway \u{fffd}");
    }
}
