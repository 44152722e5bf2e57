//! `configure`: what it writes, and what it leaves alone.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use expect_test::expect;
use vestibule_emulator::{Emulator, Operation};

use crate::support::{CONFIG, Lab};

const PORTAL: [&str; 4] =
    ["--start-url", "https://provided-domain.awsapps.com/start", "--sso-region", "us-east-1"];

fn read(lab: &Lab, path: &str) -> String {
    fs::read_to_string(lab.path(path)).unwrap()
}

#[test]
fn set_changes_one_value_and_nothing_else() {
    let lab = Lab::new();
    lab.write(
        ".aws/config",
        "# mine\n[profile dev]\nRegion=eu-west-1 # near\n\n[plugins]\nx = y\n",
    );
    let ran = lab.run(["configure", "set", "region", "us-east-1", "--profile", "dev"]);
    assert_eq!((ran.succeeded().stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let text = "# mine\n[profile dev]\nRegion=us-east-1 # near\n\n[plugins]\nx = y\n";
    assert_eq!(read(&lab, ".aws/config"), text);
    let value = lab.run(["configure", "get", "region", "--profile", "dev"]);
    assert_eq!(value.succeeded().stdout, "us-east-1\n");
}

#[test]
fn set_and_get_take_the_keys_of_aws() {
    let lab = Lab::new();
    lab.write(".aws/config", "");
    for (key, value) in [
        ("region", "a"),
        ("default.output", "json"),
        ("profile.dev.region", "b"),
        ("profile.dev.s3.addressing_style", "path"),
        ("s3.max_concurrent_requests", "-1"),
    ] {
        lab.run(["configure", "set", key, value]).succeeded();
        assert_eq!(lab.run(["configure", "get", key]).succeeded().stdout, format!("{value}\n"));
    }
    let session = ["--sso-session", "corp"];
    lab.run([&["configure", "set", "sso_region", "c"], &session[..]].concat()).succeeded();
    let json = lab.run([&["configure", "get", "sso_region", "--json"], &session[..]].concat());
    assert_eq!(json.json()["origin"], "~/.aws/config:13");
    expect![[r#"
        [default]
        region = a
        output = json
        s3 =
            max_concurrent_requests = -1

        [profile dev]
        region = b
        s3 =
            addressing_style = path

        [sso-session corp]
        sso_region = c
    "#]]
    .assert_eq(&read(&lab, ".aws/config"));
    lab.run(["configure", "get", "missing"]).ended(1);
}

#[test]
fn keys_go_to_the_credentials_file() {
    let lab = Lab::new();
    let id = ["configure", "set", "aws_access_key_id", "AKIDEXAMPLE", "--profile", "keys"];
    lab.run(id).succeeded();
    let secret = ["configure", "set", "aws_secret_access_key", "hush", "--profile", "keys"];
    let shown = lab.run([&secret[..], &["--dry-run"]].concat());
    assert!(shown.stdout.contains("aws_secret_access_key = …"), "{shown:?}");
    lab.run(secret).succeeded();
    let written = "[keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hush\n";
    assert_eq!(read(&lab, ".aws/credentials"), written);
    assert_eq!(read(&lab, ".aws/config"), CONFIG);
    let mode = fs::metadata(lab.path(".aws/credentials")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = lab.path(".aws/credentials.vestibule-undo");
    assert!(!before.exists(), "nobody would look after the secrets in it");
}

#[test]
fn mode_and_link_stay_and_the_text_before_is_kept() {
    let lab = Lab::new();
    lab.write("dotfiles/aws", CONFIG);
    fs::remove_file(lab.path(".aws/config")).unwrap();
    symlink(lab.path("dotfiles/aws"), lab.path(".aws/config")).unwrap();
    fs::set_permissions(lab.path("dotfiles/aws"), fs::Permissions::from_mode(0o644)).unwrap();
    lab.run(["configure", "set", "output", "json"]).succeeded();
    assert!(lab.path(".aws/config").is_symlink());
    assert!(read(&lab, "dotfiles/aws").contains("output = json"));
    let mode = |path| fs::metadata(lab.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("dotfiles/aws"), 0o644);
    assert_eq!(read(&lab, ".aws/config.vestibule-undo"), CONFIG);
    assert_eq!(mode(".aws/config.vestibule-undo"), 0o600);
}

#[test]
fn writers_at_once_lose_nothing() {
    let lab = Lab::new();
    lab.write(".aws/config", "");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let lab = &lab;
            scope.spawn(move || {
                let key = format!("profile.p{writer}.region");
                lab.run(["configure", "set", &key, "x"]).succeeded();
            });
        }
    });
    assert_eq!(lab.run(["list-profiles"]).stdout.lines().count(), 8);
}

#[test]
fn a_profile_is_set_up_and_works() {
    let lab = Lab::new();
    lab.write(".aws/config", "# mine\n");
    let args = ["configure", "sso", "--session-name", "corp", "--region", "eu-west-1"];
    let ran = lab.run([&args[..], &PORTAL, &["--output-format", "json"]].concat());
    ran.succeeded().says("vestibule whoami --profile SampleRole-111122223333");
    assert_eq!(lab.pages_opened().len(), 1);
    expect![[r#"
        # mine

        [profile SampleRole-111122223333]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = SampleRole
        region = eu-west-1
        output = json

        [sso-session corp]
        sso_start_url = https://provided-domain.awsapps.com/start
        sso_region = us-east-1
        sso_registration_scopes = sso:account:access
    "#]]
    .assert_eq(&read(&lab, ".aws/config"));
    lab.run(["whoami", "--profile", "SampleRole-111122223333"]).succeeded();

    // The session is known now, and somebody is signed in to it.
    let again =
        lab.run(["configure", "sso", "--session-name", "corp", "--profile", "two", "--json"]);
    assert_eq!(again.succeeded().json()["accountId"], "111122223333");
    assert_eq!(lab.pages_opened().len(), 1);
    lab.run(["export-credentials", "--profile", "two"]).succeeded();
}

#[test]
fn what_is_known_needs_no_sign_in() {
    let lab = Lab::new();
    lab.write(".aws/config", "");
    let args = ["configure", "sso", "--session-name", "corp", "--profile", "dev"];
    let role = ["--account-id", "111122223333", "--role-name", "SampleRole"];
    lab.run([&args[..], &PORTAL, &role, &["--dry-run"]].concat()).succeeded();
    assert_eq!(read(&lab, ".aws/config"), "");
    lab.run([&args[..], &PORTAL, &role].concat()).succeeded();
    assert!(lab.emulator.requests().is_empty());
    lab.run(["login", "--profile", "dev"]).succeeded();
    lab.run(["whoami", "--profile", "dev", "--region", "us-east-1"]).succeeded();
}

#[test]
fn one_of_several_accounts_is_named_or_asked_for() {
    let lab = Lab::over(
        Emulator::builder()
            .account("111122223333", "beta")
            .account("000000000042", "Alpha")
            .role("000000000042", "Reader")
            .role("000000000042", "admin"),
    );
    let args = ["configure", "sso", "--session-name", "my-sso", "--profile", "new"];
    let refused = lab.run(args);
    refused.ended(2).says("error: --account-id is missing");
    let [alpha, beta] = ["Alpha, ", "beta, "].map(|name| refused.stderr.find(name).unwrap());
    assert!(alpha < beta, "{refused:?}");
    let refused = lab.run([&args[..], &["--account-id", "000000000042"]].concat());
    refused.ended(2).says("error: --role-name is missing").says("  admin\n  Reader\n");
    assert!(!read(&lab, ".aws/config").contains("new"));
    assert_eq!(lab.emulator.count(Operation::CreateToken), 1);
}

/// Where the portal's own host says where it is, that is no question.
#[test]
fn the_region_of_a_portal_is_found_out() {
    const OWN: &str = "https://sso.example.com/start";
    const PORTAL: &str = "https://ssoins-1.portal.eu-west-1.app.aws";
    let region = vestibule::Region::new("eu-west-1").unwrap();
    for (own, given) in [(OWN, ""), (PORTAL, ""), (OWN, "--sso-region=us-east-1")] {
        let emulator = Emulator::builder().auto_approve().region(region.clone());
        let lab = Lab::over(emulator.vanity_url(OWN, PORTAL));
        lab.write(".aws/config", "");
        lab.write("ca.pem", lab.server.ca_pem());
        let args = ["configure", "sso", "--session-name", "corp", "--start-url", own, given];
        lab.vestibule(args.into_iter().filter(|arg| !arg.is_empty()))
            .env("AWS_ENDPOINT_URL", "")
            .env("HTTPS_PROXY", lab.server.http())
            .env("AWS_CA_BUNDLE", lab.path("ca.pem"))
            .run()
            .succeeded();
        let config = read(&lab, ".aws/config");
        assert!(
            config.contains(&format!("sso_start_url = {own}\nsso_region = eu-west-1")),
            "{config}"
        );
        assert!(config.contains("[profile SampleRole-111122223333]"), "{config}");
    }
}

#[test]
fn an_older_profile_moves_to_a_session() {
    let lab = Lab::new();
    lab.write(
        ".aws/config",
        "[profile old]\nsso_start_url = https://provided-domain.awsapps.com/start\n\
         sso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = SampleRole\n",
    );
    let args = ["configure", "sso", "--session-name", "corp", "--profile", "old"];
    lab.run([&args[..], &PORTAL].concat()).succeeded();
    lab.run(["export-credentials", "--profile", "old"]).succeeded();
}

#[test]
fn a_session_is_set_up_and_changed() {
    let lab = Lab::new();
    lab.write(".aws/config", "");
    let args = ["configure", "sso-session", "--session-name", "my org"];
    lab.run([&args[..], &PORTAL].concat())
        .succeeded()
        .says("To sign in: vestibule login --sso-session 'my org'");
    lab.run([&args[..], &["--sso-region", "eu-west-1"]].concat()).succeeded();
    expect![[r#"
        [sso-session 'my org']
        sso_start_url = https://provided-domain.awsapps.com/start
        sso_region = eu-west-1
        sso_registration_scopes = sso:account:access
    "#]]
    .assert_eq(&read(&lab, ".aws/config"));
    let odd = [&args[..], &["--start-url", "https://x.awsapps.com/start/"]].concat();
    lab.run(odd).succeeded().says("note: `https://x.awsapps.com/start/` is kept as typed");
    let plain = [&args[..], &["--start-url", "http://x.awsapps.com/start"]].concat();
    lab.run(plain).ended(2).says("--start-url: `http://x.awsapps.com/start` does not begin with");
}
