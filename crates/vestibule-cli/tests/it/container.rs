//! Container credentials.

use crate::support::TestEnv;

#[test]
fn container_uri_on_loopback_is_allowed_under_any_name() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    let ask = |url: &str| {
        let ask = env.vestibule(["export-credentials"]);
        ask.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url).run()
    };
    // The address is allowed, and nothing listens there.
    ask("http://127.0.0.1:9/keys").exits_with(1).stderr_contains("could not connect");
    ask("http://localhost:9/keys").exits_with(1).stderr_contains("could not connect");
    ask("http://no-such-host.invalid/keys")
        .exits_with(6)
        .stderr_contains("could not resolve the host");
}
