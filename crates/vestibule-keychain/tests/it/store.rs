use std::sync::Arc;

use vestibule_keychain::{
    Configured, Keychain as _, KeychainTokenStore, MemoryKeychain, Mode, Policy as _, StoreError,
};
use vestibule_sso::{MemoryTokenStore, TokenStore};
use vestibule_world::{Vars, World, WriteMode, block_on, memory};

const ENTRY: &str = "0ad3.json";
const TOKEN: &str = r#"{"startUrl": "https://x", "accessToken": "a", "expiresAt": "2026-01-01T00:00:00Z", "clientSecret": "hidden-secret", "refreshToken": "hidden-token"}"#;

struct TestEnv {
    world: World,
    files: Arc<MemoryTokenStore>,
    keychain: Arc<MemoryKeychain>,
    store: KeychainTokenStore,
}

impl TestEnv {
    fn new(mode: Mode) -> Self {
        let files = Arc::new(MemoryTokenStore::default());
        let keychain = Arc::new(MemoryKeychain::default());
        let store = KeychainTokenStore::new(files.clone(), keychain.clone(), mode);
        Self { world: memory::world(), files, keychain, store }
    }

    fn with_token(mode: Mode) -> Self {
        let env = Self::new(mode);
        env.write(&env.store, TOKEN);
        env
    }

    fn write(&self, store: &dyn TokenStore, text: &str) {
        block_on(store.store(&self.world, ENTRY, text.as_bytes(), WriteMode::Durable)).unwrap();
    }

    fn read(&self, store: &dyn TokenStore) -> Option<serde_json::Value> {
        let contents = block_on(store.load(&self.world, ENTRY)).unwrap()?;
        Some(serde_json::from_slice(&contents).unwrap())
    }
}

impl TestEnv {
    fn migrate(&self, to: Mode) -> Result<bool, StoreError> {
        block_on(self.store.migrate(&self.world, ENTRY, to))
    }
}

fn token() -> serde_json::Value {
    serde_json::from_str(TOKEN).unwrap()
}

#[test]
fn bridge_has_the_access_token_in_the_file_and_the_rest_in_the_keychain() {
    let env = TestEnv::with_token(Mode::Bridge);
    let file = env.read(&*env.files).unwrap();
    assert_eq!(file["accessToken"], "a");
    assert!(!file.to_string().contains("hidden"), "{file}");
    assert_eq!(env.read(&env.store), Some(token()));
    let removed = block_on(env.store.remove(&env.world, ENTRY)).unwrap();
    assert!(removed && env.keychain.get(ENTRY).unwrap().is_none());
    assert_eq!(env.read(&env.store), None);
}

#[test]
fn bridge_with_a_locked_keychain_reads_the_access_token_and_writes_nothing() {
    let env = TestEnv::with_token(Mode::Bridge);
    env.keychain.set_locked(true);
    assert_eq!(env.read(&env.store), env.read(&*env.files));
    // Before a refresh token is spent, and before a sign-in.
    let error = block_on(env.store.prepare(&env.world, ENTRY, 4096)).unwrap_err();
    assert_eq!(error.to_string(), "could not write the keychain in memory");
    let other = TOKEN.replace("\"a\"", "\"b\"");
    let stored = env.store.store(&env.world, ENTRY, other.as_bytes(), WriteMode::Durable);
    assert!(block_on(stored).is_err());
    env.keychain.set_locked(false);
    assert_eq!(env.read(&env.store), Some(token()));
}

#[test]
fn bridge_uses_what_another_tool_wrote() {
    let env = TestEnv::with_token(Mode::Bridge);
    let by_cli = r#"{"accessToken": "c", "refreshToken": "of-the-cli"}"#;
    env.write(&*env.files, by_cli);
    assert_eq!(env.read(&env.store).unwrap()["refreshToken"], "of-the-cli");
    env.write(&*env.files, r#"{"accessToken": "c"}"#);
    assert!(env.read(&env.store).unwrap()["refreshToken"].is_null());
}

#[test]
fn file_that_another_tool_removed_is_a_sign_out() {
    let env = TestEnv::with_token(Mode::Bridge);
    assert!(block_on(env.files.remove(&env.world, ENTRY)).unwrap());
    assert_eq!(env.read(&env.store), None);
}

#[test]
fn sealed_token_is_in_no_file() {
    let env = TestEnv::new(Mode::Sealed);
    env.write(&*env.files, TOKEN);
    assert!(env.migrate(Mode::Sealed).unwrap());
    assert_eq!(env.read(&*env.files), None);
    assert_eq!(env.read(&env.store), Some(token()));
    assert!(!env.store.allows_files(ENTRY));
    env.keychain.set_locked(true);
    let error = block_on(env.store.load(&env.world, ENTRY)).unwrap_err();
    assert_eq!(error.to_string(), "could not read the keychain in memory");
}

#[test]
fn records_without_secrets_are_files_in_every_mode() {
    let env = TestEnv::new(Mode::Sealed);
    let record = env.store.store(&env.world, "0ad3.session", b"{}", WriteMode::BestEffort);
    block_on(record).unwrap();
    assert!(block_on(env.files.load(&env.world, "0ad3.session")).unwrap().is_some());
}

#[test]
fn registration_is_whole_in_the_keychain() {
    let env = TestEnv::new(Mode::Bridge);
    let registration = r#"{"clientId": "c", "clientSecret": "hidden", "expiresAt": "x"}"#;
    env.write(&env.store, registration);
    assert_eq!(env.read(&*env.files), None);
    assert_eq!(env.read(&env.store).unwrap()["clientSecret"], "hidden");
}

#[test]
fn token_is_moved_both_ways_without_a_change() {
    for mode in [Mode::Bridge, Mode::Sealed] {
        let env = TestEnv::new(mode);
        env.write(&*env.files, TOKEN);
        env.keychain.set_locked(true);
        assert!(env.migrate(mode).is_err());
        assert!(block_on(env.files.load(&env.world, "0ad3.keychain")).unwrap().is_none());
        assert_eq!(env.read(&*env.files), Some(token()), "{mode}");
        env.keychain.set_locked(false);
        assert!(env.migrate(mode).unwrap());
        assert!(!env.migrate(mode).unwrap());
        env.keychain.set_locked(true);
        assert!(env.migrate(Mode::Files).is_err());
        env.keychain.set_locked(false);
        assert!(env.migrate(Mode::Files).unwrap());
        assert_eq!(env.read(&*env.files), Some(token()), "{mode}");
        assert!(env.keychain.get(ENTRY).unwrap().is_none());
        assert!(!env.migrate(Mode::Files).unwrap());
    }
}

#[test]
fn token_of_the_keychain_is_used_if_the_file_was_not_written() {
    let env = TestEnv::with_token(Mode::Bridge);
    let old = block_on(env.files.load(&env.world, ENTRY)).unwrap().unwrap();
    let new = TOKEN.replace("\"a\"", "\"b\"").replace("hidden-token", "rotated");
    env.write(&env.store, &new);
    // The program ended after the keychain was written.
    block_on(env.files.store(&env.world, ENTRY, &old, WriteMode::Durable)).unwrap();
    let read = env.read(&env.store).unwrap();
    assert_eq!((&read["accessToken"], &read["refreshToken"]), (&"b".into(), &"rotated".into()));
    // And the next one is bound to the file again.
    env.write(&env.store, &read.to_string());
    assert_eq!(env.read(&*env.files).unwrap()["accessToken"], "b");
}

#[cfg(unix)]
#[test]
fn configuration_that_is_a_null_device_names_no_mode() {
    let vars = Vars::default().with("AWS_CONFIG_FILE", "/dev/null");
    let world = World { vars, files: Arc::new(vestibule_os::DiskFiles), ..memory::world() };
    assert_eq!(Configured::new().mode(&world, "token.json").unwrap(), None);
}
