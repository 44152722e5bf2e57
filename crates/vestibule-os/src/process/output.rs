use std::io::{self, Read};
use std::process::Child;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::Events;
use crate::watched::Watched;
use crate::{bounded, thread};

/// For which stdout there is room from the start, in bytes.
const ROOM: usize = 64 << 10;

/// What is kept of stderr, in bytes.
const TAIL: usize = 1 << 10;

/// Starts a reader for each of the two streams, so that neither fills up unread.
pub(super) fn listen(
    child: &mut Child,
    most: usize,
    events: &Arc<Watched<Events>>,
) -> io::Result<()> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (on_stdout, on_stderr) = (events.clone(), events.clone());
    thread::spawn("vestibule-output", move || {
        let read = stdout.map_or_else(
            || Ok(Zeroizing::default()),
            |mut stdout| bounded::read(&mut stdout, ROOM, most),
        );
        on_stdout.change(|events| events.stdout = Some(read));
    })?;
    thread::spawn("vestibule-output", move || {
        let tail = stderr.map_or_else(String::new, |stderr| printable(&tail(stderr)));
        on_stderr.change(|events| events.stderr = Some(tail));
    })?;
    Ok(())
}

/// The last bytes; a stream that breaks has ended.
fn tail(mut stream: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut part = [0; TAIL];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        kept.extend_from_slice(&part[..length]);
        kept.drain(..kept.len().saturating_sub(TAIL));
    }
    kept
}

/// Safe to show on a terminal, whatever the program printed.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let shown = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control());
    shown.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_complaint_is_kept() {
        let complaint = format!("{}the end", "x".repeat(5000));
        let kept = tail(complaint.as_bytes());
        assert_eq!(kept.len(), TAIL);
        assert!(kept.ends_with(b"xthe end"));
    }

    #[test]
    fn a_complaint_cannot_move_the_cursor() {
        assert_eq!(printable(b"\x1b[2Jno\r\nway \xff\n"), "[2Jno\nway \u{fffd}");
    }
}
