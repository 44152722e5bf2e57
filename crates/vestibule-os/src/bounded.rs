use std::io::{self, Read};

use zeroize::Zeroizing;

/// Reads a stream to its end, which comes within so many bytes or is an error.
///
/// The room is there from the start: a buffer that moves leaves copies of secrets behind.
pub(crate) fn read(
    stream: &mut dyn Read,
    room: usize,
    most: usize,
) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(room.min(most) + 1));
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    if most < stream.take(limit).read_to_end(&mut bytes)? {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_limit() {
        assert_eq!(&read(&mut &b"1234"[..], 9, 4).unwrap()[..], b"1234");
        let error = read(&mut &b"12345"[..], 0, 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
