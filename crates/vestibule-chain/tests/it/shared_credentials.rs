//! Role credentials that are shared with the AWS CLI through files.

use std::sync::Arc;
use std::time::Duration;

use vestibule_chain::{Context, Folder, Sessions, build};
use vestibule_emulator::{Emulator, Fault, IamRole, IamUser, Operation};
use vestibule_sso::FileTokenStore;
use vestibule_test_env::{TestTokenStore, sign_in};
use vestibule_world::World;

use crate::support::{context, outcome, plan_of, with_emulator, world};

/// Roles of the keys in a profile; the default profile has a role of the portal.
const ROLES: &str = "
[profile keys]
aws_access_key_id = AKIAKEYS
aws_secret_access_key = hidden
[profile one]
role_arn = arn:aws:iam::111122223333:role/One
source_profile = keys
region = us-east-1
[profile two]
role_arn = arn:aws:iam::111122223333:role/Two
source_profile = keys
region = us-east-1
[profile sso-role]
role_arn = arn:aws:iam::111122223333:role/One
source_profile = default
region = us-east-1
";

/// A machine whose user has signed in.
struct TestEnv {
    emulator: Emulator,
    world: World,
}

impl TestEnv {
    fn new() -> Self {
        let role = |name: &str| IamRole::new("111122223333", name).trusts("111122223333");
        let emulator = Emulator::builder()
            .iam_user(IamUser::new("111122223333", "dev").access_key("AKIAKEYS", "hidden"))
            .iam_role(role("One"))
            .iam_role(role("Two"))
            .build();
        let config = format!("{}{ROLES}", vestibule_test_env::CONFIG);
        let world = with_emulator(world(&config, &[]), &emulator);
        sign_in(&world, &emulator);
        Self { emulator, world }
    }

    fn folder(&self) -> Folder {
        Folder::cli("/home", self.world.platform)
    }

    /// Returns the outcome in another process with this context, whose credentials are shared.
    fn outcome(&self, profile: &str, context: Context) -> String {
        let context = context.with_role_cache(self.folder());
        outcome(&self.world, &build(&plan_of(&self.world, profile), &context).unwrap())
    }

    /// Returns the number of files with shared credentials.
    fn files(&self) -> usize {
        self.world.files.list(self.folder().path()).unwrap_or_default().len()
    }
}

#[test]
fn roles_do_not_get_the_shared_credentials_of_each_other() {
    let env = TestEnv::new();
    let both = ["one", "two"].map(|profile| env.outcome(profile, context(&env.world)));
    assert_ne!(both[0], both[1]);
    let again = ["one", "two"].map(|profile| env.outcome(profile, context(&env.world)));
    assert_eq!(again, both);
    assert_eq!(env.emulator.count(Operation::AssumeRole), 2);
    assert_eq!(env.files(), 2);
}

#[test]
fn shared_credentials_with_just_the_minimum_time_left_are_replaced() {
    let env = TestEnv::new();
    // The credentials last an hour.
    let minimum = Duration::from_secs(1_800);
    let outcome = || env.outcome("one", context(&env.world).with_min_remaining(minimum));
    let first = outcome();
    env.emulator.clock().advance(Duration::from_secs(1_799));
    assert_eq!(outcome(), first);
    env.emulator.clock().advance(Duration::from_secs(1));
    assert_ne!(outcome(), first);
}

#[test]
fn transient_error_lets_shared_credentials_be_used_until_they_expire() {
    let env = TestEnv::new();
    let outcome = || env.outcome("one", context(&env.world));
    let first = outcome();
    let unavailable = Fault::Status(http::StatusCode::SERVICE_UNAVAILABLE);
    env.emulator.fail(Operation::AssumeRole).always().with(unavailable);
    env.emulator.clock().advance(Duration::from_secs(3_000));
    assert_eq!(outcome(), first);
    env.emulator.clock().advance(Duration::from_secs(600));
    let found = outcome();
    assert!(found.starts_with("Transient: role `arn:aws:iam::111122223333:role/One`"), "{found}");
}

#[test]
fn permanent_error_takes_precedence_over_shared_credentials() {
    let env = TestEnv::new();
    let outcome = || env.outcome("one", context(&env.world));
    outcome();
    env.emulator.fail(Operation::AssumeRole).with(Fault::Error("AccessDenied".to_owned()));
    env.emulator.clock().advance(Duration::from_secs(3_000));
    let found = outcome();
    assert!(found.starts_with("Refused: role `arn:aws:iam::111122223333:role/One`"), "{found}");
}

#[test]
fn credentials_are_shared_only_if_the_token_store_allows_files() {
    // Both roles are shared, the one of the portal and the one that it assumes.
    for (profile, files) in [("default", 1), ("sso-role", 2)] {
        let env = TestEnv::new();
        let tokens = FileTokenStore::at_home(&env.world.vars, env.world.platform);
        let sessions = Sessions::new(Arc::new(TestTokenStore::new(tokens).without_files()));
        let found = env.outcome(profile, Context::new(Arc::new(sessions)));
        assert!(found.starts_with("ASIA"), "{found}");
        assert_eq!(env.files(), 0, "{profile}");
        env.outcome(profile, context(&env.world));
        assert_eq!(env.files(), files, "{profile}");
    }
}
