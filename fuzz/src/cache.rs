use vestibule_cache::{JsonError, Kind, Registration, RoleCredentials, Token};

/// Checks that a valid cache file is unchanged after writing and reading it, and that each prefix of
/// it is reported as truncated.
pub fn cache(bytes: &[u8]) {
    let kind = Kind::detect(bytes);
    let token = Token::read(bytes);
    if token.is_ok() {
        assert_eq!(kind, Some(Kind::Token), "a token file has another kind");
    }
    round_trips(token.as_ref(), |token| token.write().to_vec(), Token::read);
    let registration = Registration::read(bytes);
    round_trips(registration.as_ref(), |client| client.write().to_vec(), Registration::read);
    let role = RoleCredentials::read(bytes);
    round_trips(role.as_ref(), |role| role.write().to_vec(), RoleCredentials::read);
}

fn round_trips<T>(
    file: Result<&T, &JsonError>,
    write: fn(&T) -> Vec<u8>,
    read: fn(&[u8]) -> Result<T, JsonError>,
) {
    let Ok(file) = file else { return };
    let written = write(file);
    let Ok(reread) = read(&written) else { panic!("the written file is invalid") };
    assert!(write(&reread) == written, "the file changes when it is read and written again");
    for end in 0..written.len() {
        let truncated = read(&written[..end]).is_err_and(|error| error.is_truncated());
        assert!(
            truncated,
            "the first {end} of {} bytes are not reported as truncated",
            written.len()
        );
    }
}
