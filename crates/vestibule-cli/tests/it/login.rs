//! `login`, as people and scripts use it.

use crate::support::Lab;

#[test]
fn one_browser_and_then_credentials() {
    let lab = Lab::new();
    lab.run(["login"]).succeeded().says("Signed in to my-sso");
    let [page] = &lab.pages_opened()[..] else { panic!("{:?}", lab.pages_opened()) };
    assert!(page.starts_with(&lab.server.http()), "{page}");
    let credentials = lab.run(["export-credentials"]);
    assert!(credentials.succeeded().json()["SecretAccessKey"].is_string());
}
