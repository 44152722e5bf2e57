use vestibule_emulator::{Emulator, IamRole, IamUser};
use vestibule_types::Timestamp;

use crate::signer::{Keys, action, assert_contains};

const SERIAL: &str = "GAHT12345678";

fn emulator() -> Emulator {
    let dev = IamUser::new("111122223333", "dev")
        .access_key("AKIADEV", "dev's")
        .mfa_device(SERIAL, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let role = IamRole::new("111122223333", "Careful").mfa();
    let emulator = Emulator::builder().iam_user(dev).iam_role(role).build();
    emulator.clock().set(Timestamp::from_unix(1_234_567_890, 0).unwrap());
    emulator
}

fn request(emulator: &Emulator, parameters: &[(&str, &str)]) -> String {
    Keys::lasting("AKIADEV", "dev's").send(emulator, &action("GetSessionToken", parameters))
}

#[test]
fn session_token_belongs_to_the_same_user() {
    let emulator = emulator();
    let response = request(&emulator, &[]);
    assert_contains(
        &response,
        &["200 <GetSessionTokenResponse", "<Expiration>2009-02-14T11:31:30Z<"],
    );
    let keys = Keys::of_xml(&response);
    assert_eq!(keys.arn(&emulator), "arn:aws:iam::111122223333:user/dev");
    assert_contains(
        &keys.send(&emulator, &action("GetSessionToken", &[])),
        &["403 ", "<Code>AccessDenied</Code>", "with session credentials"],
    );
}

#[test]
fn session_token_with_mfa_code_assumes_role_that_requires_mfa() {
    let emulator = emulator();
    let role = action(
        "AssumeRole",
        &[("RoleArn", "arn:aws:iam::111122223333:role/Careful"), ("RoleSessionName", "me")],
    );
    let without = Keys::of_xml(&request(&emulator, &[]));
    assert_contains(&without.send(&emulator, &role), &["<Code>AccessDenied</Code>"]);
    let code = [("SerialNumber", SERIAL), ("TokenCode", "005924")];
    let with = Keys::of_xml(&request(&emulator, &code));
    assert_contains(&with.send(&emulator, &role), &["200 "]);
    assert_contains(&request(&emulator, &code), &["<Code>AccessDenied</Code>"]);
}

#[test]
fn session_token_duration_out_of_bounds_is_refused() {
    let emulator = emulator();
    let longest = request(&emulator, &[("DurationSeconds", "129600")]);
    assert_contains(&longest, &["<Expiration>2009-02-15T11:31:30Z<"]);
    assert_contains(
        &request(&emulator, &[("DurationSeconds", "129601")]),
        &["400 ", "less than or equal to"],
    );
    assert_contains(
        &request(&emulator, &[("DurationSeconds", "1")]),
        &["400 ", "greater than or equal to 900"],
    );
}
