//! S3 of `object_store` with `vestibule-object-store`.

use ::object_store::path::Path;
use ::object_store::{MultipartUpload as _, ObjectStore, ObjectStoreExt as _, PutPayload};
use ecosystems::{Moto, SignedIn};
use vestibule::ErrorKind;
use vestibule_object_store::amazon_s3;

const PART: usize = 5 * 1024 * 1024;

fn store(signed_in: &SignedIn) -> impl ObjectStore {
    ecosystems::install_ring();
    amazon_s3(&signed_in.session).with_bucket_name("mine").build().unwrap()
}

#[tokio::test]
async fn objects_are_written_read_and_listed() {
    let moto = Moto::start().with_bucket("mine");
    let signed_in = SignedIn::with_services(&[("S3", &moto.url())]);
    let store = store(&signed_in);

    store.put(&Path::from("a/greeting"), PutPayload::from_static(b"hello")).await.unwrap();
    let bytes = store.get(&Path::from("a/greeting")).await.unwrap().bytes().await.unwrap();
    assert_eq!(&*bytes, b"hello");
    let listed = store.list_with_delimiter(Some(&Path::from("a"))).await.unwrap();
    assert_eq!(listed.objects[0].location.as_ref(), "a/greeting");
    assert_eq!(moto.signers("GET", "mine"), [signed_in.access_key_id()].into());
}

#[tokio::test]
async fn credentials_that_expire_during_an_upload_are_refreshed() {
    let moto = Moto::start().with_bucket("mine");
    let signed_in = SignedIn::with_services(&[("S3", &moto.url())]);
    let (store, path) = (store(&signed_in), Path::from("large"));

    let mut upload = store.put_multipart(&path).await.unwrap();
    upload.put_part(vec![1; PART].into()).await.unwrap();
    let first = signed_in.access_key_id();
    signed_in.expire_credentials();
    upload.put_part(vec![2; PART].into()).await.unwrap();
    upload.complete().await.unwrap();

    let second = signed_in.access_key_id();
    assert_ne!(first, second);
    assert_eq!(moto.signers("PUT", "partNumber=1"), [first].into());
    assert_eq!(moto.signers("PUT", "partNumber=2"), [second].into());
    assert_eq!(store.head(&path).await.unwrap().size, 2 * PART as u64);
}

#[tokio::test]
async fn revoked_session_is_a_sign_in_needed_error() {
    let signed_in = SignedIn::with_services(&[]);
    signed_in.revoke();
    let error = store(&signed_in).head(&Path::from("greeting")).await.unwrap_err();
    let source = vestibule::Error::find_in_chain(&error).unwrap();
    assert_eq!(source.kind(), ErrorKind::SignInNeeded, "{error}");
}
