use vestibule_emulator::{Emulator, IamRole};

use crate::client::seconds;
use crate::signer::{Keys, action, assert_contains, send_unsigned};

const ROLE: &str = "arn:aws:iam::111122223333:role/Staff";
const PROVIDER: &str = "arn:aws:iam::111122223333:saml-provider/corp";

fn emulator() -> Emulator {
    Emulator::builder()
        .iam_role(IamRole::new("111122223333", "Staff").trusts_saml(PROVIDER))
        .iam_role(IamRole::new("111122223333", "Other").trusts_saml(PROVIDER))
        .build()
}

fn assume(emulator: &Emulator, role: &str, assertion: &str) -> String {
    let parameters = [("RoleArn", role), ("PrincipalArn", PROVIDER), ("SAMLAssertion", assertion)];
    send_unsigned(emulator, &action("AssumeRoleWithSAML", &parameters))
}

#[test]
fn saml_assertion_assumes_its_role() {
    let emulator = emulator();
    let assertion = emulator.saml_assertion(PROVIDER, ROLE, "me@example.com");
    let response = assume(&emulator, ROLE, &assertion);
    assert_contains(
        &response,
        &[
            "200 <AssumeRoleWithSAMLResponse",
            "<Subject>me@example.com</Subject><SubjectType>persistent</SubjectType>",
            "<Audience>https://signin.aws.amazon.com/saml</Audience><NameQualifier>",
        ],
    );
    let arn = Keys::of_xml(&response).arn(&emulator);
    assert_eq!(arn, "arn:aws:sts::111122223333:assumed-role/Staff/me@example.com");
}

#[test]
fn saml_assertion_with_wrong_statement_is_refused() {
    let emulator = emulator();
    let assertion = emulator.saml_assertion(PROVIDER, ROLE, "me");
    let other = "arn:aws:iam::111122223333:role/Other";
    let denied =
        ["403 ", "<Code>AccessDenied<", "Not authorized to perform sts:AssumeRoleWithSAML"];
    assert_contains(&assume(&emulator, other, &assertion), &denied);
    let invalid = ["400 ", "<Code>InvalidIdentityToken<"];
    assert_contains(&assume(&emulator, ROLE, "PHg+"), &invalid);
    assert_contains(&assume(&Emulator::default(), ROLE, "PHg+"), &invalid);
    emulator.clock().advance(seconds(300));
    assert_contains(
        &assume(&emulator, ROLE, &assertion),
        &["400 ", "<Code>ExpiredTokenException<"],
    );
}
