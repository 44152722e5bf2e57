use vestibule_cache::{JsonError, Kind, Registration, RoleCredentials, Token};

/// A cache file that can be read can be written, reads the same again, and half of it is truncated.
pub fn cache(bytes: &[u8]) {
    let kind = Kind::detect(bytes);
    let token = Token::read(bytes);
    if token.is_ok() {
        assert_eq!(kind, Some(Kind::Token), "a token that is not known for one");
    }
    rewrites(token.as_ref(), |token| token.write().to_vec(), Token::read);
    let registration = Registration::read(bytes);
    rewrites(registration.as_ref(), |client| client.write().to_vec(), Registration::read);
    let role = RoleCredentials::read(bytes);
    rewrites(role.as_ref(), |role| role.write().to_vec(), RoleCredentials::read);
}

fn rewrites<T>(
    file: Result<&T, &JsonError>,
    write: fn(&T) -> Vec<u8>,
    read: fn(&[u8]) -> Result<T, JsonError>,
) {
    let Ok(file) = file else { return };
    let written = write(file);
    let Ok(again) = read(&written) else { panic!("what is written cannot be read") };
    assert!(write(&again) == written, "read and written again, it is another file");
    for end in 0..written.len() {
        let truncated = read(&written[..end]).is_err_and(|error| error.is_truncated());
        assert!(truncated, "the first {end} of {} bytes are not truncated", written.len());
    }
}
