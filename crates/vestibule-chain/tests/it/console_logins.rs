//! Profiles of console logins (`login_session`).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use vestibule_chain::{Planned, Provider as _, build};
use vestibule_console_login::{DpopKey, file_name};
use vestibule_provider::RefreshPolicy;
use vestibule_world::{Clock as _, World, WriteMode, memory};

use crate::support::{context, outcome, plan_of, world};

const ARN: &str = "arn:aws:iam::111122223333:user/ann";

/// Returns a machine whose console login expires after 15 minutes, and whose service is overloaded.
fn machine(settings: &str) -> (World, memory::Clock) {
    let transport = memory::Transport::new(|_| {
        Ok(http::Response::builder().status(503).body(Bytes::new()).unwrap())
    });
    let clock = memory::Clock::default();
    let expiration = clock.now() + Duration::from_secs(900);
    let token = json!({
        "accessToken": {
            "accessKeyId": "ASIALOGIN", "secretAccessKey": "hidden", "sessionToken": "hidden",
            "accountId": "111122223333", "expiresAt": expiration.to_string(),
        },
        "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "hidden",
        "dpopKey": DpopKey::from_random(&[7; 32]).to_pem().as_str(),
    });
    let config = format!("[profile dev]\nlogin_session = {ARN}\n{settings}");
    let world = World {
        transport: Arc::new(transport),
        clock: Arc::new(clock.clone()),
        ..world(&config, &[])
    };
    let path = Path::new("/home/.aws/login/cache").join(file_name(ARN));
    world.files.replace(&path, token.to_string().as_bytes(), WriteMode::BestEffort).unwrap();
    (world, clock)
}

fn provider(world: &World) -> Planned {
    build(&plan_of(world, "dev"), &context(world)).unwrap()
}

#[test]
fn console_login_gives_credentials_that_are_refreshed_early() {
    let (world, _) = machine("");
    let provider = provider(&world);
    assert_eq!(outcome(&world, &provider), "ASIALOGIN of login");
    assert_eq!(provider.location(&world), "login");
    assert_eq!(provider.refresh_policy(), RefreshPolicy::EARLY);
}

#[test]
fn expired_console_login_is_transient_unless_the_endpoint_is_invalid() {
    let failed = format!(
        "The token of console session \"{ARN}\" expired at 2026-01-01T00:15:00Z and could not be \
         refreshed."
    );
    for (settings, kind, cause) in [
        ("region = us-east-1\n", "Transient", ""),
        ("", "Configuration", ": Invalid Configuration: Missing Region (login_session"),
    ] {
        let (world, clock) = machine(settings);
        clock.advance(Duration::from_secs(900));
        let found = outcome(&world, &provider(&world));
        assert!(found.starts_with(&format!("{kind}: {failed}{cause}")), "{found}");
    }
}
