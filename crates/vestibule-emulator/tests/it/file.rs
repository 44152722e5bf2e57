//! The configuration file of the README.

use vestibule_emulator::Emulator;
use vestibule_types::Timestamp;

use crate::client::{get, read};
use crate::signer::{Keys, action, assert_contains, send_unsigned};

fn of_the_readme() -> Emulator {
    let readme = include_str!("../../README.md");
    let (_, file) = readme.split_once("```toml\n").unwrap();
    let (file, _) = file.split_once("```").unwrap();
    Emulator::builder().toml(file).unwrap().build()
}

#[test]
fn users_and_roles_of_file_are_known_to_sts() {
    let emulator = of_the_readme();
    let dev = Keys::lasting("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    assert_eq!(dev.arn(&emulator), "arn:aws:iam::111122223333:user/dev");
    let role = ("RoleArn", "arn:aws:iam::444455556666:role/Deployer");
    let name = ("RoleSessionName", "me");
    let assume = action(
        "AssumeRole",
        &[role, name, ("ExternalId", "partner-7"), ("DurationSeconds", "14400")],
    );
    assert_contains(&dev.send(&emulator, &assume), &["200 "]);
    assert_contains(
        &dev.send(&emulator, &action("AssumeRole", &[role, name])),
        &["<Code>AccessDenied<"],
    );

    let url = "http://localhost/emulator/identity-token?audience=sts.amazonaws.com\
               &subject=system:serviceaccount:default:app&seconds=60";
    let request = http::Request::post(url).body("".into()).unwrap();
    let token = crate::client::send(&emulator, request);
    let token = std::str::from_utf8(token.body()).unwrap();
    let assume = action("AssumeRoleWithWebIdentity", &[role, name, ("WebIdentityToken", token)]);
    assert_contains(&send_unsigned(&emulator, &assume), &["200 "]);

    emulator.clock().set(Timestamp::EPOCH);
    let code = [("SerialNumber", "arn:aws:iam::111122223333:mfa/dev"), ("TokenCode", "000000")];
    assert_contains(
        &dev.send(&emulator, &action("GetSessionToken", &code)),
        &["invalid MFA one time pass"],
    );
}

#[test]
fn machines_of_file_have_their_roles() {
    let emulator = of_the_readme();
    let task = get(&emulator, "http://localhost/v2/credentials/e8b1f0");
    let (status, task) = read(&task);
    assert_eq!((status, &*task["RoleArn"].to_string()), {
        (200, "\"arn:aws:iam::111122223333:role/Task\"")
    });
    let request = http::Request::put("http://localhost/latest/api/token")
        .header("x-aws-ec2-metadata-token-ttl-seconds", "60")
        .body("".into());
    let token = crate::client::send(&emulator, request.unwrap());
    let request = http::Request::get("http://localhost/latest/meta-data/iam/security-credentials/")
        .header("x-aws-ec2-metadata-token", token.body().as_ref())
        .body("".into());
    assert_eq!(crate::client::send(&emulator, request.unwrap()).body(), "WebServer");
}
