//! Token stores of the caller.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use vestibule::world::World;
use vestibule::{ErrorKind, Flow, MemoryTokenStore, Session, SignInOptions, TokenStore};
use vestibule_emulator::{Emulator, Operation};
use vestibule_test_env::{AutoApprover, TestTokenStore, world};

fn load(world: &World, store: &Arc<impl TokenStore>) -> Session {
    let builder = Session::builder().world(world.clone()).token_store(store.clone());
    builder.load_blocking().unwrap()
}

async fn sign_in(session: &Session, emulator: &Emulator) -> Result<(), vestibule::Error> {
    let center = session.identity_center().unwrap();
    let options = SignInOptions::new(Flow::DeviceCode);
    center.sign_in(options, &AutoApprover::new(emulator)).await.map(drop)
}

fn token_files(world: &World) -> Vec<PathBuf> {
    world.files.list(Path::new("/home/.aws/sso/cache")).unwrap()
}

#[tokio::test]
async fn sessions_that_share_a_memory_store_need_one_sign_in() {
    let emulator = Emulator::default();
    let world = world(&emulator);
    let store = Arc::new(MemoryTokenStore::default());
    let [one, other] = [load(&world, &store), load(&world, &store)];
    sign_in(&one, &emulator).await.unwrap();
    assert!(one.credentials().await.is_ok());
    assert!(other.credentials().await.is_ok());
    assert_eq!(emulator.count(Operation::StartDeviceAuthorization), 1);
    assert!(token_files(&world).is_empty());

    let status = other.identity_center().unwrap().status().await;
    assert_eq!(status.location, "the memory of this process");
    one.identity_center().unwrap().sign_out().await.unwrap();
    other.forget();
    assert_eq!(other.credentials().await.unwrap_err().kind(), ErrorKind::SignInNeeded);
}

#[tokio::test]
async fn pending_store_is_awaited_by_every_call() {
    let emulator = Emulator::default();
    let world = world(&emulator);
    let store = Arc::new(TestTokenStore::new(MemoryTokenStore::default()));
    let session = load(&world, &store);
    let center = session.identity_center().unwrap();
    sign_in(&session, &emulator).await.unwrap();
    assert_eq!(center.accounts().await.unwrap().len(), 1);
    let first = center.token(Duration::ZERO).await.unwrap();
    emulator.clock().advance(Duration::from_secs(3_590));
    assert!(session.credentials().await.is_ok());
    let refreshed = center.token(Duration::ZERO).await.unwrap();
    assert_ne!(refreshed.access_token.expose(), first.access_token.expose());
    assert!(center.sign_out().await.unwrap().was_signed_in);
    assert!(token_files(&world).is_empty());
}

#[tokio::test]
async fn store_error_names_the_store_and_no_folder() {
    let emulator = Emulator::default();
    let store = Arc::new(TestTokenStore::new(MemoryTokenStore::default()));
    let session = load(&world(&emulator), &store);
    store.freeze();
    let error = sign_in(&session, &emulator).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), (ErrorKind::Machine, None));
    assert_eq!(
        format!("{error:?}"),
        "Could not sign in to SSO session \"my-sso\".: the token could not be stored: \
         could not write the token store of the test: it is read-only"
    );
}

#[test]
fn token_folder_has_the_files_of_the_tokens() {
    let emulator = Emulator::default();
    let world = world(&emulator);
    let builder = Session::builder().world(world.clone()).token_folder("/own");
    let center = builder.load_blocking().unwrap().identity_center().unwrap();
    let options = SignInOptions::new(Flow::DeviceCode);
    center.blocking().sign_in(options, &AutoApprover::new(&emulator)).unwrap();
    assert!(center.blocking().status().location.starts_with("/own/"));
    assert!(token_files(&world).is_empty());
}
