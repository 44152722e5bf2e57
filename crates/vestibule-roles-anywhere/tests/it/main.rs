//! Roles Anywhere against the emulator, over a world in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod authority;

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384};
use vestibule_emulator::{Emulator, Fault, IamRole, Operation};
use vestibule_provider::{ErrorKind, Lookup, Provider as _};
use vestibule_roles_anywhere::{Error, Options, RolesAnywhere};
use vestibule_types::Credentials;
use vestibule_wire::EndpointParams;
use vestibule_world::{World, block_on, memory};

use authority::Authority;

const ANCHOR: &str = "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/a";
const PROFILE: &str = "arn:aws:rolesanywhere:us-east-1:111122223333:profile/b";
const ROLE: &str = "arn:aws:iam::111122223333:role/Machine";

/// A key of 2048 bits that was generated for these tests, in two formats.
const RSA_PKCS8: &str = include_str!("../keys/rsa-pkcs8.pem");
const RSA_PKCS1: &str = include_str!("../keys/rsa-pkcs1.pem");
/// A key on P-256, likewise.
const EC_SEC1: &str = include_str!("../keys/ec-sec1.pem");
const EC_PKCS8: &str = include_str!("../keys/ec-pkcs8.pem");

fn emulator(authority: &Authority) -> Emulator {
    Emulator::builder()
        .trust_anchor(ANCHOR, authority.pem())
        .roles_anywhere_profile(PROFILE, ROLE)
        .iam_role(IamRole::new("111122223333", "Machine").trusts("rolesanywhere.amazonaws.com"))
        .build()
}

fn options() -> Options {
    Options::new(
        ["/pki/c.pem", "/pki/k.pem"].map(PathBuf::from),
        [ANCHOR, PROFILE, ROLE].map(str::to_owned),
    )
}

fn world(emulator: &Emulator, files: &[(&str, &str)]) -> World {
    let files =
        files.iter().fold(memory::Files::default(), |files, (path, text)| files.with(*path, *text));
    World {
        files: Arc::new(files),
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock().clone()),
        ..memory::world()
    }
}

fn run(world: &World, options: Options) -> Result<Credentials, Error> {
    block_on(RolesAnywhere::new(options, EndpointParams::default()).credentials(world))
}

#[track_caller]
fn check_key(issued_for: &str, stored: &str) {
    let authority = Authority::new();
    let emulator = emulator(&authority);
    let key = KeyPair::from_pem(issued_for).unwrap();
    let world = world(&emulator, &[("/pki/c.pem", &authority.issue(&key)), ("/pki/k.pem", stored)]);
    let credentials = run(&world, options()).unwrap();
    assert!(credentials.access_key_id().starts_with("ASIA"));
    assert_eq!(credentials.account_id().unwrap().as_str(), "111122223333");
    assert!(credentials.expires_at().is_some() && credentials.session_token().is_some());
    assert!(emulator.violations().is_empty());
}

#[test]
fn key_of_every_format_signs_a_request_that_the_service_accepts() {
    check_key(RSA_PKCS8, RSA_PKCS8);
    check_key(RSA_PKCS8, RSA_PKCS1);
    check_key(EC_PKCS8, EC_PKCS8);
    check_key(EC_PKCS8, EC_SEC1);
}

#[test]
fn intermediate_certificates_lead_to_the_trust_anchor() {
    let root = Authority::new();
    let emulator = emulator(&root);
    let intermediate = root.intermediate();
    let key = KeyPair::from_pem(EC_PKCS8).unwrap();
    let (leaf, chain) = (intermediate.issue(&key), intermediate.pem());
    let files = [("/pki/c.pem", &*leaf), ("/pki/k.pem", EC_PKCS8), ("/pki/i.pem", &*chain)];
    let world = world(&emulator, &files);
    let denied = run(&world, options()).unwrap_err();
    assert!(format!("{denied:?}").contains("Untrusted certificate"), "{denied:?}");
    let mut options = options();
    options.intermediates = Some("/pki/i.pem".into());
    run(&world, options).unwrap();
}

#[test]
fn certificate_of_another_authority_is_denied() {
    let (trusted, other) = (Authority::new(), Authority::new());
    let emulator = emulator(&trusted);
    let key = KeyPair::from_pem(EC_PKCS8).unwrap();
    let files = [("/pki/c.pem", &*other.issue(&key)), ("/pki/k.pem", EC_PKCS8)];
    let world = world(&emulator, &files);
    let provider = RolesAnywhere::new(options(), EndpointParams::default());
    let error = block_on(provider.provide(&world)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn role_and_profile_have_to_allow_the_request() {
    let authority = Authority::new();
    let emulator = emulator(&authority);
    let key = KeyPair::from_pem(EC_PKCS8).unwrap();
    let files = [("/pki/c.pem", &*authority.issue(&key)), ("/pki/k.pem", EC_PKCS8)];
    let world = world(&emulator, &files);
    let code = |change: fn(&mut Options)| {
        let mut options = options();
        change(&mut options);
        format!("{:?}", run(&world, options).unwrap_err())
    };
    assert!(code(|it| it.role_arn.push('2')).contains("AccessDeniedException"));
    assert!(code(|it| it.profile_arn.push('2')).contains("ResourceNotFoundException"));
    assert!(code(|it| it.trust_anchor_arn.push('2')).contains("ResourceNotFoundException"));
    assert!(code(|it| it.duration_seconds = 60).contains("ValidationException"));
    assert!(code(|it| it.region = Some("not a region".into())).contains("Region"));
}

#[test]
fn file_that_cannot_be_used_is_an_error_without_its_text() {
    let authority = Authority::new();
    let emulator = emulator(&authority);
    let key = KeyPair::from_pem(EC_PKCS8).unwrap();
    let leaf = authority.issue(&key);
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let (p384_leaf, p384) = (authority.issue(&p384), p384.serialize_pem());
    let encrypted = EC_PKCS8.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (certificate, key, expected) in [
        ("", EC_PKCS8, "/pki/c.pem contains no certificate in PEM"),
        (EC_PKCS8, EC_PKCS8, "/pki/c.pem contains no certificate in PEM"),
        (&leaf, "", "the private key /pki/k.pem cannot be used: the file contains no private key"),
        (&leaf, &leaf, "the private key /pki/k.pem cannot be used: the file contains no private"),
        (&leaf, &encrypted, "the private key /pki/k.pem cannot be used: it is encrypted"),
        (&leaf, RSA_PKCS8, "the private key /pki/k.pem is not that of the certificate"),
        (&p384_leaf, &p384, "the private key /pki/k.pem cannot be used: its type is not supported"),
    ] {
        let world = world(&emulator, &[("/pki/c.pem", certificate), ("/pki/k.pem", key)]);
        let error = run(&world, options()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        let text = format!("{error} {error:?}");
        assert!(key.lines().nth(1).is_none_or(|line| !text.contains(line)), "{text}");
    }
    let error = run(&world(&emulator, &[]), options()).unwrap_err();
    assert_eq!(error.to_string(), "the certificate /pki/c.pem could not be read");
    assert_eq!(emulator.count(Operation::CreateSession), 0);
}

#[test]
fn hostile_response_is_an_error() {
    let authority = Authority::new();
    let emulator = emulator(&authority);
    let key = KeyPair::from_pem(EC_PKCS8).unwrap();
    let files = [("/pki/c.pem", &*authority.issue(&key)), ("/pki/k.pem", EC_PKCS8)];
    let world = world(&emulator, &files);
    for fault in [Fault::Html, Fault::Truncate, Fault::Endless, Fault::ResetMidBody] {
        emulator.clear_faults();
        emulator.fail(Operation::CreateSession).always().with(fault);
        run(&world, options()).unwrap_err();
    }
    emulator.clear_faults();
    emulator.fail(Operation::CreateSession).with(Fault::Status(http_503()));
    let provider = RolesAnywhere::new(options(), EndpointParams::default());
    assert!(matches!(block_on(provider.provide(&world)), Ok(Lookup::Credentials(_))));
}

fn http_503() -> vestibule_emulator::http::StatusCode {
    vestibule_emulator::http::StatusCode::SERVICE_UNAVAILABLE
}
