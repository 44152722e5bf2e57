//! Which credentials a profile means.

use expect_test::expect;
use vestibule_types::Vars;

use crate::check::{check, outcome};

#[test]
fn static_keys_come_with_their_token_and_account() {
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
fn credentials_win_key_by_key_and_empty_hides() {
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
fn roles_are_assumed_from_the_base_up() {
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
fn a_source_with_keys_is_used_for_them() {
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
            note: `role_arn` (~/.aws/config:2) comes before `aws_access_key_id` (~/.aws/config:4)
            note: `aws_access_key_id` (~/.aws/config:12) comes before `role_arn` (~/.aws/config:10)
        "#]],
    );
}

#[test]
fn a_role_may_be_assumed_with_what_the_profile_itself_has() {
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
            note: `login_session` (~/.aws/config:4) comes before `credential_process` (~/.aws/config:5)
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
fn one_kind_is_chosen_and_the_others_are_noted() {
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
            note: `web_identity_token_file` (~/.aws/config:8) comes before `sso_start_url` (~/.aws/config:6)
            note: `web_identity_token_file` (~/.aws/config:8) comes before `login_session` (~/.aws/config:5)
            note: `web_identity_token_file` (~/.aws/config:8) comes before `credential_process` (~/.aws/config:4)
            note: `web_identity_token_file` (~/.aws/config:8) comes before `aws_access_key_id` (~/.aws/config:2)
        "#]],
    );
}

#[test]
fn a_source_without_role_gives_its_region_only() {
    check(
        "[profile dev]\nsource_profile = hub\n[profile hub]\nregion = us-west-2\n\
         aws_access_key_id = AKID\naws_secret_access_key = hush\n",
        "",
        expect![[r#"
            profile  dev        --profile
            region   us-west-2  ~/.aws/config:4
            no credentials: profile `dev` did not contain credential information (~/.aws/config:1)
            note: source_profile (~/.aws/config:2) gives no credentials: profile `dev` has no role_arn
        "#]],
    );
}

#[test]
fn keys_in_the_environment_are_named() {
    let vars = Vars::from_iter([
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
        ("AWS_REGION", "us-east-2"),
    ]);
    expect![[r#"
        profile  dev        --profile
        region   us-east-2  AWS_REGION
        no credentials: profile `dev` did not contain credential information (~/.aws/config:1)
        note: profile `dev` (--profile) comes before keys in the environment (AWS_ACCESS_KEY_ID)
    "#]]
    .assert_eq(&outcome("[profile dev]\nregion = us-west-2\n", "", &vars));
}

#[test]
fn keys_from_two_files_are_not_mixed() {
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
