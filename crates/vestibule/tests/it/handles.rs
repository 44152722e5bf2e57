//! Handles: cheap to clone, `Send + Sync + 'static`, and shared state behind them.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;

use vestibule::world::{World, memory};
use vestibule::{
    Configuration, Flow, IdentityCenter, MemoryTokenStore, Overrides, RetryMode, Session,
    SignInOptions,
};
use vestibule_emulator::{Emulator, Operation};
use vestibule_test_env::{AutoApprover, world};

use crate::support::{load, sign_in};

fn require<T: Clone + Send + Sync + 'static>() {}

#[test]
fn handles_are_cloneable_and_movable() {
    require::<Session>();
    require::<Configuration>();
    require::<IdentityCenter>();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "moving to a thread is what is tested")]
fn sign_in_can_be_moved_to_another_thread() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    let center = session.identity_center().unwrap();
    let approver = AutoApprover::new(&emulator);
    let signing_in = thread::spawn(move || {
        center.blocking().sign_in(SignInOptions::new(Flow::DeviceCode), &approver).is_ok()
    });
    assert!(signing_in.join().unwrap());
    assert!(session.clone().blocking().credentials().is_ok());
}

fn assert_spawnable<T>(future: impl Future<Output = T> + Send + 'static) {
    drop(future);
}

#[test]
fn sign_in_can_be_spawned() {
    let emulator = Emulator::default();
    let session = load(&emulator);
    let center = session.identity_center().unwrap();
    assert_spawnable(async move {
        let approver = AutoApprover::new(&emulator);
        center.sign_in(SignInOptions::new(Flow::DeviceCode), &approver).await
    });
    assert_spawnable(async move { session.credentials().await });
}

#[test]
fn sessions_of_one_configuration_share_tokens_in_memory() {
    let emulator = Emulator::builder()
        .account("111122223333", "Sample")
        .role("111122223333", "SampleRole")
        .account("222222222222", "Other")
        .role("222222222222", "OtherRole")
        .build();
    let store = Arc::new(MemoryTokenStore::default());
    let builder = Session::builder().world(world(&emulator)).token_store(store);
    let configuration = builder.configuration().unwrap();
    let center = configuration.identity_center().unwrap();
    let approver = AutoApprover::new(&emulator);
    center.blocking().sign_in(SignInOptions::new(Flow::DeviceCode), &approver).unwrap();
    for account in center.blocking().accounts().unwrap() {
        for role in center.blocking().roles(&account.account_id).unwrap() {
            let session = center.session_for(&account.account_id, &role).unwrap();
            let credentials = session.blocking().credentials().unwrap();
            assert_eq!(credentials.account_id(), Some(&account.account_id));
            assert_eq!(session.region().unwrap().as_str(), "us-east-1");
            assert!(session.blocking().token().is_ok());
        }
    }
    let session = configuration.session("default").unwrap();
    assert!(session.blocking().credentials().is_ok());
    assert_eq!(emulator.count(Operation::StartDeviceAuthorization), 1);
}

#[test]
fn session_for_ignores_keys_in_the_environment() {
    let emulator = Emulator::default();
    let base = world(&emulator);
    let vars = base.vars.with("AWS_ACCESS_KEY_ID", "AKID").with("AWS_SECRET_ACCESS_KEY", "x");
    let world = World { vars, ..base };
    let session = Session::builder().world(world).load_blocking().unwrap();
    let center = session.identity_center().unwrap();
    sign_in(&session, &emulator);
    let account = center.blocking().accounts().unwrap().remove(0).account_id;
    let role = center.blocking().roles(&account).unwrap().remove(0);
    let session = center.session_for(&account, &role).unwrap();
    assert_ne!(session.blocking().credentials().unwrap().access_key_id(), "AKID");
}

const CONFIG: &str = "[default]\nregion = us-east-1\n[profile dev]\nregion = eu-west-1\n";

fn machine() -> World {
    let files = memory::Files::default().with("/home/.aws/config", CONFIG);
    World { files: Arc::new(files), ..memory::world() }
}

#[test]
fn builder_discards_nothing_in_any_order() {
    let overrides = || Overrides::default().with_endpoint_url("http://localhost:1", "--endpoint");
    let first = Session::builder().overrides(overrides()).profile("dev");
    let last = Session::builder().profile("dev").overrides(overrides());
    for builder in [first, last] {
        let session = builder.world(machine()).load_blocking().unwrap();
        assert_eq!(session.plan().profile.value, "dev");
        assert_eq!(session.region().unwrap().as_str(), "eu-west-1");
        let url = session.settings().endpoint_urls.get("sts").unwrap();
        assert_eq!(url.to_string(), "http://localhost:1 (--endpoint)");
    }
}

#[test]
fn builder_settings_take_precedence_over_environment_and_files() {
    let session = Session::builder()
        .app_id("my-app")
        .retry(RetryMode::Adaptive, NonZeroU32::MIN)
        .use_fips(true)
        .use_dual_stack(true)
        .region("eu-central-1")
        .endpoint_url("http://localhost:2")
        .world(machine())
        .load_blocking()
        .unwrap();
    let settings = session.settings();
    assert_eq!(settings.app_id.as_ref().unwrap().to_string(), "my-app (Builder::app_id)");
    assert_eq!(settings.max_attempts.value, NonZeroU32::MIN);
    assert_eq!(settings.retry_mode.value, RetryMode::Adaptive);
    assert!(settings.use_fips.value && settings.use_dual_stack.value);
    assert_eq!(session.region().unwrap().as_str(), "eu-central-1");
    assert_eq!(settings.endpoint_urls.get("s3").unwrap().value, "http://localhost:2");
    let error = Session::builder().app_id("a b").world(machine()).load_blocking().unwrap_err();
    assert!(error.to_string().contains("Builder::app_id"), "{error}");
}
