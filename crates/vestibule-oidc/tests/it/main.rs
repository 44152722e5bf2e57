//! `CreateTokenWithIAM` against the emulator.

#![cfg(feature = "iam")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::time::Duration;

use vestibule_emulator::{Emulator, IamUser};
use vestibule_oidc::{
    ACCESS_TOKEN_TYPE, CreateTokenWithIam, EndpointParams, Error, ErrorKind, IamGrant, IamTokens,
    REFRESH_TOKEN_TYPE, Region, SIGNING_NAME, Secret, endpoint,
};
use vestibule_sts::sigv4::Signer;
use vestibule_types::{Credentials, SecretAccessKey};
use vestibule_world::{CallError, World, block_on, memory};

const APPLICATION: &str = "arn:aws:sso::111122223333:application/ssoins-1/apl-1";

fn emulator() -> Emulator {
    let user = IamUser::new("111122223333", "app").access_key("AKIDEXAMPLE", "secret");
    Emulator::builder().user("ann").application(APPLICATION).iam_user(user).build()
}

fn call(
    emulator: &Emulator,
    secret: &str,
    client_id: &str,
    grant: IamGrant<'_>,
) -> Result<IamTokens, Error> {
    let world = World {
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock().clone()),
        ..memory::world()
    };
    let region = Region::new("us-east-1").unwrap();
    let endpoint = endpoint(&EndpointParams::new(region.clone())).unwrap();
    let own = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new(secret));
    let signer = Signer::new(own, region, SIGNING_NAME);
    let call = CreateTokenWithIam::new(client_id, grant);
    match block_on(world.call(&endpoint, &signer, &call)) {
        Ok(tokens) => Ok(tokens),
        Err(CallError::Response(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

fn assertion(emulator: &Emulator, subject: &str) -> Secret {
    Secret::new(emulator.identity_token("app", subject, Duration::from_secs(300)))
}

#[test]
fn application_gets_the_identity_context_of_a_user() {
    let emulator = emulator();
    let assertion = assertion(&emulator, "ann");
    let grant = IamGrant::JwtBearer { assertion: &assertion };
    let tokens = call(&emulator, "secret", APPLICATION, grant).unwrap();
    assert!(tokens.identity_context.is_some() && tokens.id_token.is_some());
    assert!(tokens.scopes.contains(&"sts:identity_context".to_owned()));
    let refresh_token = tokens.refresh_token.unwrap();
    let refresh = IamGrant::RefreshToken(&refresh_token);
    call(&emulator, "secret", APPLICATION, refresh).unwrap();
    let again = call(&emulator, "secret", APPLICATION, refresh).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::InvalidGrant);
    let subject_token = Secret::new(tokens.access_token.expose());
    let exchange = IamGrant::TokenExchange {
        subject_token: &subject_token,
        subject_token_type: ACCESS_TOKEN_TYPE,
        requested_token_type: Some(REFRESH_TOKEN_TYPE),
    };
    let exchanged = call(&emulator, "secret", APPLICATION, exchange).unwrap();
    assert_eq!(exchanged.issued_token_type.as_deref(), Some(REFRESH_TOKEN_TYPE));
    assert!(emulator.violations().is_empty(), "{:?}", emulator.violations());
}

#[test]
fn grant_that_is_not_valid_is_refused() {
    let emulator = emulator();
    let (ann, bob) = (assertion(&emulator, "ann"), assertion(&emulator, "bob"));
    let foreign = Secret::new("e30.e30.x");
    let grant = |assertion| IamGrant::JwtBearer { assertion };
    let error =
        |secret, client, assertion| call(&emulator, secret, client, grant(assertion)).unwrap_err();
    assert_eq!(error("other", APPLICATION, &ann).kind(), ErrorKind::AccessDenied);
    assert_eq!(
        error("secret", "arn:aws:sso::1:application/x", &ann).kind(),
        ErrorKind::InvalidClient
    );
    assert_eq!(error("secret", APPLICATION, &bob).kind(), ErrorKind::InvalidGrant);
    assert_eq!(error("secret", APPLICATION, &foreign).kind(), ErrorKind::InvalidGrant);
    emulator.clock().advance(Duration::from_secs(301));
    assert_eq!(error("secret", APPLICATION, &ann).kind(), ErrorKind::ExpiredToken);
}
