use std::io::{self, Read};

use zeroize::Zeroizing;

/// Reads a stream to its end; more than `limit` bytes is an error.
///
/// `capacity` is reserved at once: a buffer that grows leaves copies of secrets behind.
pub(crate) fn read_to_end(
    stream: &mut dyn Read,
    capacity: usize,
    limit: usize,
) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity.min(limit) + 1));
    let enough = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if limit < stream.take(enough).read_to_end(&mut bytes)? {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_longer_than_the_limit_is_an_error() {
        assert_eq!(&read_to_end(&mut &b"1234"[..], 9, 4).unwrap()[..], b"1234");
        let error = read_to_end(&mut &b"12345"[..], 0, 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
