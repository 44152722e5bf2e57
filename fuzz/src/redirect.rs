use vestibule_oidc::Redirect;

/// The state of the authorization request.
const STATE: &str = "0b5c1c2e-7d7b-4a52-9a52-000000000001";

/// Checks that a redirect is accepted only with the state of the request, and that codes are not empty.
///
/// The target parses the query independently of the code under test.
pub fn redirect(bytes: &[u8]) {
    let address = String::from_utf8_lossy(bytes);
    match Redirect::parse(&address, STATE) {
        Redirect::Code(code) => {
            assert!(state_matches(&address), "a code for another state");
            assert!(!code.expose().is_empty(), "the code is empty");
        }
        Redirect::Denied { .. } => assert!(state_matches(&address), "a denial for another state"),
        Redirect::Unrelated => {}
    }
    // With another expected state, the same address is unrelated.
    let other = Redirect::parse(&address, "another state");
    assert!(
        !state_matches(&address) || matches!(other, Redirect::Unrelated),
        "accepted for two states"
    );
}

/// Returns whether the first `state` of the query, percent-decoded, is the expected one.
fn state_matches(address: &str) -> bool {
    let Some((_, query)) = address.split_once('?') else { return false };
    let query = query.trim_end().split('#').next().unwrap_or_default();
    let state = query.split('&').find_map(|pair| pair.strip_prefix("state="));
    state.is_some_and(|state| percent_decode(state.as_bytes()) == STATE.as_bytes())
}

fn percent_decode(text: &[u8]) -> Vec<u8> {
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
