use vestibule_oidc::Redirect;

/// The state that was sent.
const STATE: &str = "0b5c1c2e-7d7b-4a52-9a52-000000000001";

/// A redirect is ours only with the state that we sent, and a code is never empty.
///
/// The law reads addresses in its own way: it takes a query apart byte by byte.
pub fn redirect(bytes: &[u8]) {
    let address = String::from_utf8_lossy(bytes);
    match Redirect::parse(&address, STATE) {
        Redirect::Code(code) => {
            assert!(has_our_state(&address), "a code for another state");
            assert!(!code.expose().is_empty(), "a code of no characters");
        }
        Redirect::Error { .. } => assert!(has_our_state(&address), "an error for another state"),
        Redirect::Unrelated => {}
    }
    // Whatever else an address says, with another state it is not ours.
    let other = Redirect::parse(&address, "another state");
    assert!(!has_our_state(&address) || matches!(other, Redirect::Unrelated), "two states in one");
}

/// Whether the first `state` of the query is ours once its escapes are undone.
fn has_our_state(address: &str) -> bool {
    let Some((_, query)) = address.split_once('?') else { return false };
    let query = query.trim_end().split('#').next().unwrap_or_default();
    let state = query.split('&').find_map(|pair| pair.strip_prefix("state="));
    state.is_some_and(|state| unescaped(state.as_bytes()) == STATE.as_bytes())
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let hex = |digit: Option<&u8>| char::from(*digit?).to_digit(16);
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let digits = (hex(text.get(at + 1)), hex(text.get(at + 2)));
        if let (b'%', (Some(high), Some(low))) = (byte, digits) {
            bytes.extend(u8::try_from(high << 4 | low));
            at += 3;
        } else {
            bytes.push(if byte == b'+' { b' ' } else { byte });
            at += 1;
        }
    }
    bytes
}
