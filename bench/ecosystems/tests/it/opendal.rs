//! S3 of OpenDAL with `vestibule-reqsign`.

use ::opendal::{Operator, services::S3};
use ecosystems::{Moto, SignedIn};
use reqsign_core::{Context, ProvideCredential as _, ProvideCredentialChain};
use vestibule::ErrorKind;
use vestibule_reqsign::SessionCredentials;

fn operator(signed_in: &SignedIn, moto: &Moto) -> Operator {
    ecosystems::install_ring();
    opendal_http_transport_reqwest::install_default();
    let provider = SessionCredentials::new(signed_in.session.clone());
    let s3 = S3::default()
        .endpoint(&moto.url())
        .region(signed_in.session.region().unwrap().as_str())
        .bucket("mine")
        .credential_provider_chain(ProvideCredentialChain::new().push(provider));
    Operator::new(s3).unwrap()
}

#[tokio::test]
async fn objects_are_written_read_and_listed() {
    let moto = Moto::start().with_bucket("mine");
    let signed_in = SignedIn::with_services(&[]);
    let operator = operator(&signed_in, &moto);

    operator.write("a/greeting", "hello").await.unwrap();
    assert_eq!(operator.read("a/greeting").await.unwrap().to_vec(), b"hello");
    let listed = operator.list("a/").await.unwrap();
    assert!(listed.iter().any(|entry| entry.path() == "a/greeting"), "{listed:?}");
    assert_eq!(moto.signers("PUT", "mine/"), [signed_in.access_key_id()].into());
}

/// The credential chain of reqsign drops errors, so OpenDAL's error has no source; the session has it.
#[tokio::test]
async fn revoked_session_is_a_sign_in_needed_error_of_provider_and_session() {
    let moto = Moto::start().with_bucket("mine");
    let signed_in = SignedIn::with_services(&[]);
    signed_in.revoke();

    let provider = SessionCredentials::new(signed_in.session.clone());
    let error = provider.provide_credential(&Context::new()).await.unwrap_err();
    let source = vestibule::Error::find_in_chain(&error).unwrap();
    assert_eq!(source.kind(), ErrorKind::SignInNeeded, "{error}");

    operator(&signed_in, &moto).stat("greeting").await.unwrap_err();
    let error = signed_in.session.credentials().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded, "{error}");
    assert!(moto.signers("HEAD", "greeting").is_empty());
}
