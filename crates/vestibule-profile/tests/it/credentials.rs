//! The credentials of a profile.

use expect_test::expect;
use vestibule_profile::{Base, Files, Overrides, locate, plan};
use vestibule_types::{Platform, Vars};

use crate::check::{check, outcome};

#[test]
fn static_keys_include_token_and_account() {
    check(
        "[profile dev]\nregion = eu-west-1\n",
        "[dev]\naws_access_key_id = AKID\naws_secret_access_key = hush\n\
         aws_session_token = hush\naws_account_id = 111122223333\n",
        expect![[r#"
            profile            dev           --profile
            region             eu-west-1     ~/.aws/config:2
            aws_access_key_id  AKID          ~/.aws/credentials:2
            aws_account_id     111122223333  ~/.aws/credentials:5
        "#]],
    );
}

#[test]
fn credentials_file_takes_precedence_key_by_key() {
    check(
        "[profile dev]\nregion = eu-west-1\ncredential_process = /one\n",
        "[dev]\nregion =\ncredential_process = /two --token hush\n",
        expect![[r#"
            profile             dev   --profile
            credential_process  /two  ~/.aws/credentials:3
        "#]],
    );
}

#[test]
fn role_chain_starts_at_the_base() {
    check(
        "\
[profile dev]
role_arn = arn:aws:iam::111122223333:role/Dev
source_profile = hub
external_id = e
mfa_serial = arn:aws:iam::111122223333:mfa/ann
duration_seconds = 900
[profile hub]
role_arn = arn:aws:iam::111122223333:role/Hub
role_session_name = ann
credential_source = ecscontainer
region = us-west-2
",
        "",
        expect![[r#"
            profile            dev                                 --profile
            region             us-west-2                           ~/.aws/config:11
            credential_source  EcsContainer                        ~/.aws/config:10
            role_arn           arn:aws:iam::111122223333:role/Hub  ~/.aws/config:8
            role_session_name  ann                                 ~/.aws/config:9
            role_arn           arn:aws:iam::111122223333:role/Dev  ~/.aws/config:2
            external_id        e                                   ~/.aws/config:4
            mfa_serial         arn:aws:iam::111122223333:mfa/ann   ~/.aws/config:5
            duration_seconds   900                                 ~/.aws/config:6
        "#]],
    );
}

#[test]
fn source_profile_with_keys_uses_the_keys() {
    check(
        "\
[profile dev]
role_arn = arn:aws:iam::111122223333:role/Dev
source_profile = hub
aws_access_key_id = unused
aws_secret_access_key = unused
[profile hub]
role_arn = arn:aws:iam::111122223333:role/Hub
source_profile = dev2
[profile dev2]
role_arn = arn:aws:iam::111122223333:role/Hub
source_profile = hub
aws_access_key_id = AKID
aws_secret_access_key = hush
",
        "",
        expect![[r#"
            profile            dev                                 --profile
            aws_access_key_id  AKID                                ~/.aws/config:12
            role_arn           arn:aws:iam::111122223333:role/Hub  ~/.aws/config:7
            role_arn           arn:aws:iam::111122223333:role/Dev  ~/.aws/config:2
            note: `role_arn` (~/.aws/config:2) takes precedence over `aws_access_key_id` (~/.aws/config:4)
            note: `aws_access_key_id` (~/.aws/config:12) takes precedence over `role_arn` (~/.aws/config:10)
        "#]],
    );
}

#[test]
fn role_with_itself_as_source_uses_the_credentials_of_the_profile() {
    check(
        "\
[profile dev]
role_arn = arn:aws:iam::111122223333:role/Dev
source_profile = dev
login_session = arn:aws:sts::111122223333:assumed-role/Admin/ann
credential_process = /opt/creds
",
        "",
        expect![[r#"
            profile        dev                                               --profile
            login_session  arn:aws:sts::111122223333:assumed-role/Admin/ann  ~/.aws/config:4
            role_arn       arn:aws:iam::111122223333:role/Dev                ~/.aws/config:2
            note: `login_session` (~/.aws/config:4) takes precedence over `credential_process` (~/.aws/config:5)
        "#]],
    );
    check(
        "[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile = dev\n",
        "",
        expect![[r#"
            error: could not load source profile: profile `dev` did not contain credential information (~/.aws/config:1)
            at: ~/.aws/config:1
        "#]],
    );
}

#[test]
fn first_kind_of_credentials_is_used_and_others_are_noted() {
    check(
        "\
[profile dev]
aws_access_key_id = AKID
aws_secret_access_key = hush
credential_process = /opt/creds --password hush
login_session = arn:aws:sts::111122223333:assumed-role/Admin/ann
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
web_identity_token_file = /token
role_arn = arn:aws:iam::111122223333:role/Web
role_session_name = ann
source_profile = hub
",
        "",
        expect![[r#"
            profile                  dev                                 --profile
            web_identity_token_file  /token                              ~/.aws/config:8
            role_arn                 arn:aws:iam::111122223333:role/Web  ~/.aws/config:9
            role_session_name        ann                                 ~/.aws/config:10
            note: `web_identity_token_file` (~/.aws/config:8) takes precedence over `sso_start_url` (~/.aws/config:6)
            note: `web_identity_token_file` (~/.aws/config:8) takes precedence over `login_session` (~/.aws/config:5)
            note: `web_identity_token_file` (~/.aws/config:8) takes precedence over `credential_process` (~/.aws/config:4)
            note: `web_identity_token_file` (~/.aws/config:8) takes precedence over `aws_access_key_id` (~/.aws/config:2)
        "#]],
    );
}

#[test]
fn source_profile_without_role_gives_only_its_region() {
    check(
        "[profile dev]\nsource_profile = hub\n[profile hub]\nregion = us-west-2\n\
         aws_access_key_id = AKID\naws_secret_access_key = hush\n",
        "",
        expect![[r#"
            profile  dev        --profile
            region   us-west-2  ~/.aws/config:4
            no credentials: profile `dev` did not contain credential information (~/.aws/config:1)
            note: source_profile (~/.aws/config:2) is used for its region only: profile `dev` has no role_arn
        "#]],
    );
}

#[test]
fn keys_in_the_environment_are_noted() {
    let vars = Vars::from_iter([
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
        ("AWS_REGION", "us-east-2"),
    ]);
    expect![[r#"
        profile  dev        --profile
        region   us-east-2  AWS_REGION
        no credentials: profile `dev` did not contain credential information (~/.aws/config:1)
        note: profile `dev` (--profile) takes precedence over keys in the environment (AWS_ACCESS_KEY_ID)
    "#]]
    .assert_eq(&outcome("[profile dev]\nregion = us-west-2\n", "", &vars));
}

#[test]
fn keys_from_two_files_are_an_error() {
    check(
        "[profile dev]\naws_secret_access_key = hush\n",
        "[dev]\naws_access_key_id = AKID\n",
        expect![[r#"
            error: `aws_access_key_id` (~/.aws/credentials:2) and `aws_secret_access_key` (~/.aws/config:2) of profile `dev` are in different files
            at: ~/.aws/credentials:2:21
        "#]],
    );
    check(
        "[profile dev]\naws_session_token = hush\n",
        "[dev]\naws_access_key_id = AKID\naws_secret_access_key = hush\n",
        expect![[r#"
            error: `aws_access_key_id` (~/.aws/credentials:2) and `aws_session_token` (~/.aws/config:2) of profile `dev` are in different files
            at: ~/.aws/credentials:2:21
        "#]],
    );
}

#[test]
fn legacy_session_token_is_read_and_takes_precedence() {
    let keys = "[dev]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = hush\n";
    let token = |config: &str| {
        let files = Files::from_texts("", config);
        let overrides = Overrides::default().with_profile("dev", "--profile");
        let plan = plan(&files, &Vars::default(), &overrides).unwrap();
        let Base::Keys(keys) = plan.base else { panic!("keys") };
        (keys.session_token.map(|token| token.origin.to_string()), plan.notes.len())
    };
    assert_eq!(
        token(&format!("{keys}aws_security_token = hush\n")),
        (Some("~/.aws/credentials:4".to_owned()), 0)
    );
    assert_eq!(
        token(&format!("{keys}aws_session_token = hush\naws_security_token = hush\n")),
        (Some("~/.aws/credentials:5".to_owned()), 0)
    );
}

#[test]
fn temporary_key_without_session_token_is_noted() {
    check(
        "",
        "[dev]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = hush\n",
        expect![[r#"
            profile            dev          --profile
            aws_access_key_id  ASIAEXAMPLE  ~/.aws/credentials:2
            note: aws_access_key_id (~/.aws/credentials:2) is a temporary key, but aws_session_token is missing
        "#]],
    );
}

#[test]
fn invisible_character_in_a_key_is_an_error_with_its_place() {
    check(
        "",
        "[dev]\naws_access_key_id = AKIA\u{200b}EXAMPLE\naws_secret_access_key = hush\n",
        expect![[r#"
            error: `aws_access_key_id` contains the character U+200B (~/.aws/credentials:2:25): remove it
            at: ~/.aws/credentials:2:25
        "#]],
    );
    check(
        "",
        "[dev]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = hu\u{feff}sh\n",
        expect![[r#"
            error: `aws_secret_access_key` contains the character U+FEFF (~/.aws/credentials:3:27): remove it
            at: ~/.aws/credentials:3:27
        "#]],
    );
}

#[test]
fn role_session_name_with_a_space_is_an_error_as_typed() {
    let role = "[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/Dev\n";
    check(
        &format!("{role}credential_source = Environment\nrole_session_name = ann \"bo\"\n"),
        "",
        expect![[r#"
            error: `role_session_name` is `ann "bo"`, which is not a role session name: expected 2 to 64 letters, digits or `_+=,.@-` (~/.aws/config:4:21)
            at: ~/.aws/config:4:21
        "#]],
    );
    check(
        &format!("{role}web_identity_token_file = /token\nrole_session_name = a\n"),
        "",
        expect![[r#"
            error: `role_session_name` is `a`, which is not a role session name: expected 2 to 64 letters, digits or `_+=,.@-` (~/.aws/config:4:21)
            at: ~/.aws/config:4:21
        "#]],
    );
}

#[test]
fn tilde_in_a_path_setting_is_expanded() {
    let vars = Vars::default().with("HOME", "/home/ann").with("AWS_PROFILE", "dev");
    let locations = locate(&vars, Platform::Unix);
    let config = "[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/Dev\n\
                  web_identity_token_file = ~/token\nca_bundle = ~/corp.pem\n";
    let files = Files::new(&locations, Some(config), None);
    let plan = plan(&files, &vars, &Overrides::default()).unwrap();
    assert_eq!(plan.settings.ca_bundle.unwrap().value.to_str(), Some("/home/ann/corp.pem"));
    let Base::WebIdentity(identity) = plan.base else { panic!("a web identity") };
    assert_eq!(identity.token_file.value.to_str(), Some("/home/ann/token"));
}

#[test]
fn profile_settings_are_listed_once_with_their_origins() {
    let config = "[profile dev]\nregion = a\nOutput = json\nempty =\n";
    let files = Files::from_labeled_texts(("c.ini", config), ("k.ini", "[dev]\nREGION = b\n"));
    let settings = files.profile("dev").unwrap().settings().into_iter();
    let settings: Vec<_> = settings
        .map(|setting| format!("{} {} {}", setting.key(), setting.text(), setting.origin()))
        .collect();
    assert_eq!(settings, ["REGION b k.ini:2", "Output json c.ini:3"]);
}
