use std::io::{self, Read};
use std::process::Child;
use std::sync::mpsc::Sender;

use zeroize::Zeroizing;

use super::Event;
use crate::thread;

/// What is kept of stderr, in bytes.
const TAIL: usize = 1 << 10;

/// Starts a reader for each of the two streams, so that neither fills up unread.
pub(super) fn listen(child: &mut Child, most: usize, events: &Sender<Event>) -> io::Result<()> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (on_stdout, on_stderr) = (events.clone(), events.clone());
    thread::spawn("vestibule-output", move || {
        let read = stdout.map_or_else(|| Ok(Zeroizing::default()), |stdout| all(stdout, most));
        let _ = on_stdout.send(Event::Stdout(read));
    })?;
    thread::spawn("vestibule-output", move || {
        let tail = stderr.map_or_else(String::new, |stderr| printable(&tail(stderr)));
        let _ = on_stderr.send(Event::Stderr(tail));
    })?;
    Ok(())
}

fn all(stream: impl Read, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    // Room from the start: a buffer that moves leaves copies of secrets behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most.min(64 << 10) + 1));
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    if most < stream.take(limit).read_to_end(&mut bytes)? {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
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

    #[test]
    fn output_has_a_limit() {
        assert_eq!(&all(&b"1234"[..], 4).unwrap()[..], b"1234");
        assert_eq!(all(&b"12345"[..], 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
