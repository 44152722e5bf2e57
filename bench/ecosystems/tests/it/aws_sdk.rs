//! Clients of the AWS SDK for Rust with `vestibule-aws-sdk`.

use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use ecosystems::{Moto, SignedIn};
use vestibule::{ErrorKind, Remedy};
use vestibule_emulator::Server;

fn config(signed_in: &SignedIn) -> SdkConfig {
    let config = vestibule_aws_sdk::sdk_config(&signed_in.session).unwrap();
    config.into_builder().http_client(vestibule_aws_sdk::https_client()).build()
}

/// Calls the emulator, which issued the keys and so can verify the signature.
#[tokio::test]
async fn sts_of_the_emulator_accepts_the_signature() {
    let signed_in = SignedIn::with_services(&[]);
    let server = Server::start(signed_in.emulator.clone()).unwrap();
    let at_server = config(&signed_in).into_builder().endpoint_url(server.http()).build();
    let identity = aws_sdk_sts::Client::new(&at_server).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("111122223333"));
    assert!(identity.arn().unwrap().contains("AWSReservedSSO_SampleRole"), "{identity:?}");
}

#[tokio::test]
async fn sts_of_moto_accepts_the_request() {
    let moto = Moto::start();
    let signed_in = SignedIn::with_services(&[("STS", &moto.url())]);
    let client = aws_sdk_sts::Client::new(&config(&signed_in));
    client.get_caller_identity().send().await.unwrap();
    assert_eq!(moto.signers("POST", ""), [signed_in.access_key_id()].into());
}

#[tokio::test]
async fn expired_credentials_are_refreshed_for_s3() {
    let moto = Moto::start();
    let signed_in = SignedIn::with_services(&[("S3", &moto.url())]);
    let config = aws_sdk_s3::config::Builder::from(&config(&signed_in)).force_path_style(true);
    let s3 = aws_sdk_s3::Client::from_conf(config.build());

    s3.create_bucket().bucket("mine").send().await.unwrap();
    let body = ByteStream::from_static(b"hello");
    s3.put_object().bucket("mine").key("greeting").body(body).send().await.unwrap();
    let first = signed_in.access_key_id();

    signed_in.expire_credentials();
    let object = s3.get_object().bucket("mine").key("greeting").send().await.unwrap();
    assert_eq!(&*object.body.collect().await.unwrap().into_bytes(), b"hello");
    let buckets = s3.list_buckets().send().await.unwrap();
    assert_eq!(buckets.buckets()[0].name(), Some("mine"));

    let second = signed_in.access_key_id();
    assert_ne!(first, second);
    assert_eq!(moto.signers("PUT", "mine"), [first].into());
    assert_eq!(moto.signers("GET", ""), [second].into());
}

#[tokio::test]
async fn call_after_revocation_fails_until_the_user_signs_in() {
    let moto = Moto::start();
    let signed_in = SignedIn::with_services(&[("STS", &moto.url())]);
    let sts = aws_sdk_sts::Client::new(&config(&signed_in));
    sts.get_caller_identity().send().await.unwrap();

    signed_in.revoke();
    let error = sts.get_caller_identity().send().await.unwrap_err();
    let error = vestibule::Error::find_in_chain(&error).unwrap();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded);
    assert!(matches!(error.remedy(), Some(Remedy::SignIn { .. })));

    signed_in.sign_in();
    sts.get_caller_identity().send().await.unwrap();
}
