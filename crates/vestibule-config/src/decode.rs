//! Bytes to text, keeping account of what was lost on the way.

/// A text and the places where bytes that are no UTF-8 became U+FFFD.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) replaced: Vec<usize>,
}

/// Whether the bytes begin with a UTF-16 byte order mark.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// Decodes UTF-8; valid bytes are taken over without a copy.
pub(crate) fn decode(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, replaced: Vec::new() },
        Err(error) => decode_lossily(error.as_bytes()),
    }
}

fn decode_lossily(bytes: &[u8]) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            replaced.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Decoded { text, replaced }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_character_of_the_file_itself_is_not_counted() {
        let decoded = decode("a \u{fffd} b".into());
        assert_eq!(decoded, Decoded { text: "a \u{fffd} b".into(), replaced: vec![] });
    }

    #[test]
    fn every_replaced_place_is_known() {
        let decoded = decode(b"caf\xe9 \xff!".to_vec());
        assert_eq!(decoded, Decoded { text: "caf\u{fffd} \u{fffd}!".into(), replaced: vec![3, 7] });
    }
}
