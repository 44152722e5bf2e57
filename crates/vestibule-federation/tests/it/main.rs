//! Tests of sign-in links against the emulator.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::time::Duration;

use vestibule_emulator::{Emulator, Operation};
use vestibule_federation::{Destination, ErrorKind, Site, sign_in_link};
use vestibule_portal::GetRoleCredentials;
use vestibule_types::{AccessToken, AccountId, Credentials, Region, RoleName, SecretAccessKey};
use vestibule_wire::{Anonymous, Endpoint, Response};
use vestibule_world::{World, block_on, memory};

/// Returns an emulator with an SSO session, and a world that uses it.
fn world() -> (Emulator, World) {
    let emulator = Emulator::builder().session("ann", "live").build();
    let clock = Arc::new(emulator.clock());
    let world = World { transport: Arc::new(emulator.clone()), clock, ..memory::world() };
    (emulator, world)
}

fn site() -> Site {
    Site::for_region(Some(&Region::new("us-east-1").unwrap())).unwrap()
}

/// Returns role credentials.
fn credentials(world: &World) -> Credentials {
    let operation = GetRoleCredentials {
        account_id: &AccountId::new("111122223333").unwrap(),
        role_name: &RoleName::new("SampleRole").unwrap(),
        token: &AccessToken::new("live"),
    };
    let endpoint = Endpoint::parse("https://portal.sso.us-east-1.amazonaws.com", None).unwrap();
    block_on(world.call(&endpoint, &Anonymous, &operation)).unwrap()
}

fn follow(world: &World, link: &str) -> Response {
    let request = http::Request::builder().uri(link).body("".into()).unwrap();
    block_on(world.transport.send(request)).unwrap()
}

#[test]
fn sign_in_link_opens_its_page_until_it_expires() {
    let (emulator, world) = world();
    let page = Destination::service(&site(), "s3").unwrap();
    let issuer = Some("https://provided-domain.awsapps.com/start");
    let link = block_on(sign_in_link(&world, &site(), &credentials(&world), &page, issuer));
    let link = link.unwrap();
    let expected = "https://signin.aws.amazon.com/federation?Action=login\
                    &Issuer=https%3A%2F%2Fprovided-domain.awsapps.com%2Fstart\
                    &Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3Fregion%3Dus-east-1\
                    &SigninToken=";
    assert!(link.expose().starts_with(expected), "{}", link.expose());
    let response = follow(&world, link.expose());
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], page.as_str());
    for secret in emulator.secrets() {
        assert!(!link.expose().contains(&secret));
    }

    emulator.clock().advance(Duration::from_secs(16 * 60));
    assert_eq!(follow(&world, link.expose()).status(), 400);
}

#[test]
fn long_lived_or_expired_credentials_are_errors() {
    let (emulator, world) = world();
    let home = Destination::home(&site());
    let link = |keys: &Credentials| {
        let link = block_on(sign_in_link(&world, &site(), keys, &home, None));
        link.unwrap_err()
    };
    let long_lived = Credentials::new("AKIA", SecretAccessKey::new("x"));
    assert_eq!(link(&long_lived).kind(), ErrorKind::LongLived);
    assert_eq!(emulator.count(Operation::GetSigninToken), 0);

    let keys = credentials(&world);
    emulator.clock().advance(Duration::from_secs(24 * 3600));
    let expired = link(&keys);
    assert!(!expired.is_transient(), "{expired:?}");

    emulator.fail(Operation::GetSigninToken).always().with("503".parse().unwrap());
    assert!(link(&keys).is_transient());
}
