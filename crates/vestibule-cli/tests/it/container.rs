//! Credentials of a container.

use crate::support::Lab;

#[test]
fn a_container_is_asked_at_this_machine_whatever_its_name() {
    let lab = Lab::new();
    lab.write(".aws/config", "");
    let ask = |url: &str| {
        let ask = lab.vestibule(["export-credentials"]);
        ask.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", url).run()
    };
    // Found, allowed, and nobody listens there.
    ask("http://127.0.0.1:9/keys").ended(1).says("could not connect");
    ask("http://localhost:9/keys").ended(1).says("could not connect");
    ask("http://no-such-host.invalid/keys").ended(6).says("could not be resolved");
}
