//! Roles Anywhere. Valid signatures are in the tests of `vestibule-roles-anywhere`.

use vestibule_emulator::{Emulator, Operation};
use vestibule_wire::Response;

use crate::client::send;

const ANCHOR: &str = "arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/a";

fn create_session(emulator: &Emulator, anchor: &str, certificate: &str) -> Response {
    let url = format!(
        "https://rolesanywhere.us-east-1.amazonaws.com/sessions?trustAnchorArn={anchor}\
         &profileArn=arn:aws:rolesanywhere:us-east-1:111122223333:profile/b\
         &roleArn=arn:aws:iam::111122223333:role/Machine"
    );
    let request = http::Request::post(url).header("x-amz-x509", certificate);
    send(emulator, request.body("{}".into()).unwrap())
}

#[test]
fn request_without_a_trusted_certificate_is_denied() {
    let emulator = Emulator::builder().trust_anchor(ANCHOR, "not a certificate").build();
    for certificate in ["", "QUJD", "*"] {
        let response = create_session(&emulator, ANCHOR, certificate);
        assert_eq!(response.status(), 403, "{certificate}");
        assert_eq!(response.headers()["x-amzn-errortype"], "AccessDeniedException");
    }
    assert_eq!(emulator.count(Operation::CreateSession), 3);
}

#[test]
fn unknown_trust_anchor_and_invalid_parameter_are_errors() {
    let emulator = Emulator::default();
    assert_eq!(create_session(&emulator, ANCHOR, "QUJD").status(), 404);
    assert_eq!(create_session(&emulator, "a", "QUJD").status(), 400);
}
