//! Tokens in the folder that belong to none of the configured sessions.

use std::path::PathBuf;

use vestibule_types::SsoSession;
use vestibule_world::{Files as _, WriteMode, block_on};

use crate::refresh::rotating;

#[test]
fn token_of_another_session_is_found_by_its_name_and_contents() {
    let env = rotating();
    env.store(3_600, None);
    let token = env.token_text("access", 3_600, None);
    let other = "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.json";
    for (name, contents) in [
        (other, token.as_str()),
        // Files of other tools, and files that are no tokens.
        ("aaaaaaaaaabbbbbbbbbb.json", &token),
        ("kiro-auth-token-of-forty-characters-xxxx.json", &token),
        ("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.bak", &token),
        ("0000000000000000000000000000000000000000.json", "{}"),
        ("1111111111111111111111111111111111111111.json", "{"),
    ] {
        let path = PathBuf::from("/home/.aws/sso/cache").join(name);
        env.files.replace(&path, contents.as_bytes(), WriteMode::Durable).unwrap();
    }
    let sessions = [env.instance.session.clone()];
    let found = block_on(env.sessions.tokens_of_other_sessions(&env.world, &sessions)).unwrap();
    let [session] = sessions;
    let expected = SsoSession::legacy(session.start_url, session.region);
    assert_eq!(found, [(expected.clone(), other.to_owned())]);

    let found = block_on(env.sessions.tokens_of_other_sessions(&env.world, &[])).unwrap();
    assert_eq!(found, [(expected.clone(), env.instance.entry()), (expected, other.to_owned())]);
}
