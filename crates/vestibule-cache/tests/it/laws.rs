use proptest::prelude::*;
use vestibule_cache::{JsonError, Kind, Registration, RoleCredentials, Token};
use vestibule_types::{
    AccessToken, AccountId, ClientSecret, Credentials, RefreshToken, Region, SecretAccessKey,
    SessionToken, SsoSession, StartUrl, Timestamp,
};

fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("the empty string counts as absent", |text| !text.is_empty())
}

fn time() -> impl Strategy<Value = Timestamp> {
    (-62_167_219_200_i64..253_402_000_000).prop_map(|at| Timestamp::from_unix(at, 0).unwrap())
}

fn registration() -> impl Strategy<Value = Registration> {
    let list = || proptest::collection::vec(any::<String>(), 0..3);
    (text(), text(), time(), list(), list()).prop_map(|(id, secret, at, scopes, grants)| {
        Registration::new(id, ClientSecret::new(secret), at)
            .with_scopes(scopes)
            .with_grant_types(grants)
    })
}

fn token() -> impl Strategy<Value = Token> {
    let session = SsoSession::legacy(
        StartUrl::new("https://d-abc123.awsapps.com/start").unwrap(),
        Region::new("us-east-1").unwrap(),
    );
    let options =
        (any::<bool>(), proptest::option::of(registration()), proptest::option::of(text()));
    (text(), time(), options).prop_map(move |(access, at, (is_signed_in, client, refresh))| {
        let mut token = Token::new(AccessToken::new(access), at)
            .with_refresh_token(refresh.map(RefreshToken::new));
        if is_signed_in {
            token = token.with_session(&session);
        }
        match client {
            Some(client) => token.with_client(&client),
            None => token,
        }
    })
}

/// Members that this crate does not know, as JSON text.
fn unknown() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("-0.50e400".to_owned()),
        Just(r#""\ud800""#.to_owned()),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        proptest::collection::vec(inner, 0..3).prop_map(|list| format!("[{}]", list.join(" , ")))
    });
    proptest::collection::btree_map("x[a-z]{0,4}", value, 1..4).prop_map(|members| {
        let members = members.iter().map(|(key, value)| format!("\"{key}\": {value}"));
        members.collect::<Vec<_>>().join(", ")
    })
}

proptest! {
    #[test]
    fn written_token_is_read_back(token in token()) {
        let written = token.write();
        prop_assert_eq!(&Token::read(&written).unwrap().write(), &written);
        prop_assert_eq!(Kind::detect(&written), Some(Kind::Token));
    }

    #[test]
    fn written_registration_is_read_back(registration in registration()) {
        let written = registration.write();
        prop_assert_eq!(&Registration::read(&written).unwrap().write(), &written);
        prop_assert_eq!(Kind::detect(&written), Some(Kind::Registration));
    }

    #[test]
    fn written_role_credentials_are_read_back(texts in [text(), text(), text()], at in time()) {
        let [id, secret, token] = texts;
        let credentials = Credentials::new(id, SecretAccessKey::new(secret))
            .with_session_token(SessionToken::new(token))
            .with_expires_at(at)
            .with_account_id(AccountId::new("111122223333").unwrap());
        let written = RoleCredentials::new(credentials).unwrap().write();
        prop_assert_eq!(&RoleCredentials::read(&written).unwrap().write(), &written);
        prop_assert_eq!(Kind::detect(&written), Some(Kind::RoleCredentials));
    }

    #[test]
    fn unknown_members_survive_a_refresh(token in token(), unknown in unknown(), at in time()) {
        let written = String::from_utf8(token.write().to_vec()).unwrap();
        let with_more = format!("{}, {unknown}}}", written.strip_suffix('}').unwrap());
        let token = Token::read(with_more.as_bytes()).unwrap();
        let refreshed = token.refreshed(AccessToken::new("next"), at, None).write();
        let refreshed = String::from_utf8(refreshed.to_vec()).unwrap();
        prop_assert!(refreshed.ends_with(&format!(", {unknown}}}")), "{refreshed}");
    }

    #[test]
    fn start_of_a_file_is_truncated(token in token(), cut in any::<prop::sample::Index>()) {
        let written = token.write();
        let half = &written[..cut.index(written.len())];
        prop_assert_eq!(Token::read(half).map(|_| ()), Err(JsonError::Truncated));
        prop_assert_eq!(Kind::detect(half), None);
    }

    #[test]
    fn mixed_files_of_two_writers_are_valid_or_an_error(
        tokens in [token(), token()],
        cut in any::<prop::sample::Index>(),
    ) {
        let [first, second] = tokens.map(|token| token.write());
        let cut = cut.index(first.len().min(second.len()));
        let mixed = [&first[..cut], &second[cut..]].concat();
        if let Ok(token) = Token::read(&mixed) {
            prop_assert!(Token::read(&token.write()).is_ok());
        }
    }

    #[test]
    fn any_bytes_are_read_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (Token::read(&bytes), Registration::read(&bytes), RoleCredentials::read(&bytes));
        let _ = Kind::detect(&bytes);
    }
}
