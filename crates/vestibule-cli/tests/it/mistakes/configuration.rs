//! Mistakes in files and environment variables.

use super::{EXPORT, NO_METADATA, configured, mistake};
use crate::support::{CONFIG, TestEnv};
use expect_test::expect;

#[test]
fn invalid_syntax_names_line_and_column() {
    let env = configured("[default]\nregion\n");
    mistake(&env, EXPORT).is(
        6,
        &expect![[r#"
        error: ~/.aws/config:2:7: expected `=` after the key
        2 | …
          | ^ expected `=` after the key
        hint: correct ~/.aws/config:2, then try again
    "#]],
    );
    let env = configured("[default\nregion = eu-west-1\n");
    mistake(&env, &["export-credentials", "--profile", "default"]).is(6, &expect![[r#"
        error: profile `default` (--profile) is not defined: No profiles were defined in ~/.aws/config or ~/.aws/credentials; ~/.aws/config:1:9: expected `]` at the end of the section header
        hint: correct ~/.aws/config:1, then try again
    "#]]);
}

#[test]
fn unknown_names_are_errors_with_suggestions() {
    let env = TestEnv::new();
    mistake(&env, &["export-credentials", "--profile", "defualt"]).is(6, &expect![[r#"
        error: profile `defualt` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials; similar: `default`
        hint: vestibule list-profiles
    "#]]);
    mistake(&env, EXPORT).env("AWS_PROFILE", "prod").is(
        6,
        &expect![[r#"
            error: profile `prod` (AWS_PROFILE) is not defined in ~/.aws/config or ~/.aws/credentials
            hint: vestibule list-profiles
        "#]],
    );
    mistake(&env, &["login", "--sso-session", "my-ss"]).is(6, &expect![[r#"
        error: sso-session named `my-ss` (--sso-session) was not found in ~/.aws/config; similar: `my-sso`
        hint: vestibule list-sessions
    "#]]);
    mistake(&env, &["configure", "get", "region", "--profile", "prod"]).is(
        6,
        &expect![[r#"
        error: profile `prod` is not defined
        hint: vestibule list-profiles
    "#]],
    );
    let env = configured("[default]\nsso_session = corp\n");
    mistake(&env, &["login"]).is(6, &expect![[r#"
        error: sso-session named `corp` (referenced by profile `default`) was not found (~/.aws/config:2) in ~/.aws/config
        hint: correct ~/.aws/config:2, then try again
    "#]]);
    let env = configured(
        "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = base\n",
    );
    mistake(&env, EXPORT).is(6, &expect![[r#"
        error: could not find source profile base referenced from default (~/.aws/config:3) in ~/.aws/config or ~/.aws/credentials
        hint: correct ~/.aws/config:3, then try again
    "#]]);
}

#[test]
fn incomplete_profiles_name_the_missing_key() {
    let half = CONFIG.replace("sso_role_name = SampleRole\n", "");
    mistake(&configured(&half), EXPORT).is(6, &expect![[r#"
        error: profile `default` has invalid SSO config: if `sso_account_id` is set, then `sso_role_name` must also be set (~/.aws/config:3)
        hint: correct ~/.aws/config:3, then try again
    "#]]);
    let token_only = half.replace("sso_account_id = 111122223333\n", "");
    mistake(&configured(&token_only), EXPORT).env(NO_METADATA, "true").is(
        6,
        &expect![[r#"
            error: profile `default` gives a bearer token, not credentials: it has no sso_account_id and sso_role_name
            hint: correct ~/.aws/config:2, then try again
        "#]],
    );
    let no_url = CONFIG.replace("sso_start_url = https://provided-domain.awsapps.com/start\n", "");
    mistake(&configured(&no_url), &["login"]).is(
        6,
        &expect![[r#"
        error: sso-session `my-sso` is incomplete: `sso_start_url` was missing (~/.aws/config:7)
        hint: correct ~/.aws/config:7, then try again
    "#]],
    );
    let keys = "[default]\naws_access_key_id = AKIDEXAMPLE\n";
    mistake(&configured(keys), EXPORT).is(6, &expect![[r#"
        error: profile missing aws_secret_access_key: `default` has aws_access_key_id without it (~/.aws/config:2)
        hint: correct ~/.aws/config:2, then try again
    "#]]);
    let role = "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\n";
    mistake(&configured(role), EXPORT).is(6, &expect![[r#"
        error: profile `default` has a role but nothing to assume it with: profile must contain `source_profile` or `credential_source` but neither were defined (~/.aws/config:2)
        hint: correct ~/.aws/config:2, then try again
    "#]]);
    let env = configured("[default]\naws_access_key_id = AKIDEXAMPLE\n");
    env.write(".aws/credentials", "[default]\naws_secret_access_key = hush\n");
    mistake(&env, EXPORT).is(6, &expect![[r#"
        error: `aws_access_key_id` (~/.aws/config:2) and `aws_secret_access_key` (~/.aws/credentials:2) of profile `default` are in different files
        hint: correct ~/.aws/config:2, then try again
    "#]]);
}

#[test]
fn misspelled_keys_are_named_where_keys_are_missing() {
    let profile = CONFIG.replace("sso_session = my-sso", "sso_sesion = my-sso");
    let message = expect![[r#"
        error: profile `default` is incomplete: `sso_region` and `sso_start_url` were missing (~/.aws/config:3); `sso_sesion` (~/.aws/config:2) is not a known key: did you mean `sso_session`?
        hint: correct ~/.aws/config:2, then try again
    "#]];
    mistake(&configured(&profile), &["login"]).is(6, &message);
    mistake(&configured(&profile), EXPORT).is(6, &message);
    let session = CONFIG.replace("sso_start_url", "sso_start_uri");
    mistake(&configured(&session), &["login"]).is(6, &expect![[r#"
        error: sso-session `my-sso` is incomplete: `sso_start_url` was missing (~/.aws/config:7); `sso_start_uri` (~/.aws/config:9) is not a known key: did you mean `sso_start_url`?
        hint: correct ~/.aws/config:9, then try again
    "#]]);
    let role = CONFIG.replace("sso_role_name", "sso-role-name");
    mistake(&configured(&role), EXPORT).is(6, &expect![[r#"
        error: profile `default` has invalid SSO config: if `sso_account_id` is set, then `sso_role_name` must also be set (~/.aws/config:3); `sso-role-name` (~/.aws/config:4) is not a known key: did you mean `sso_role_name`?
        hint: correct ~/.aws/config:4, then try again
    "#]]);
}

#[test]
fn contradictory_profiles_name_both_lines() {
    let two = CONFIG.replace("SampleRole\n", "SampleRole\nsso_region = eu-west-1\n");
    mistake(&configured(&two), EXPORT).is(6, &expect![[r#"
        error: `sso_region` is `eu-west-1` in profile `default` (~/.aws/config:5) but `us-east-1` in sso-session `my-sso` (~/.aws/config:9)
        hint: correct ~/.aws/config:5, then try again
    "#]]);
    let round = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = b\n\
                 [profile b]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = default\n";
    mistake(&configured(round), EXPORT).is(
        6,
        &expect![[r#"
        error: profile formed an infinite loop: default → b → default (~/.aws/config:6)
        hint: correct ~/.aws/config:6, then try again
    "#]],
    );
    let sources = "[default]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = default\n\
                   credential_source = Environment\n";
    mistake(&configured(sources), EXPORT).is(6, &expect![[r#"
        error: profile `default`: profile contained both source_profile and credential_source. Only one or the other can be defined (~/.aws/config:3, ~/.aws/config:4)
        hint: correct ~/.aws/config:3, then try again
    "#]]);
}

#[test]
fn invalid_values_name_their_place() {
    let region = CONFIG.replace("sso_region = us-east-1", "sso_region = us east");
    mistake(&configured(&region), &["login"]).is(6, &expect![[r#"
        error: `sso_region` is `us east`, which is not a region: expected a name such as `us-east-1` (~/.aws/config:8:14)
        hint: correct ~/.aws/config:8, then try again
    "#]]);
    let url = CONFIG.replace("https://provided", "http://provided");
    mistake(&configured(&url), &["login"]).is(
        6,
        &expect![[r#"
            error: sso_start_url "http://provided-domain.awsapps.com/start" does not begin with https://.
            hint: correct ~/.aws/config:9, then try again
        "#]],
    );
    let env = TestEnv::signed_in();
    mistake(&env, &["whoami", "--region", "us/east"]).is(
        2,
        &expect![[r#"
            error: --region: `us/east` is not a region: expected a name such as `us-east-1`
            hint: vestibule whoami --help
        "#]],
    );
    mistake(&env, &["whoami"]).env("AWS_REGION", "us east").is(6, &expect![[r#"
        error: `region` is `us east`, which is not a region: expected a name such as `us-east-1` (AWS_REGION)
        hint: correct AWS_REGION, then try again
    "#]]);
    mistake(&env, EXPORT).env("AWS_ENDPOINT_URL", "localhost").is(
        6,
        &expect![[r#"
            error: endpoint URL `localhost` is not an absolute http or https URL
            hint: correct AWS_ENDPOINT_URL, then try again
        "#]],
    );
    mistake(&env, EXPORT).env("AWS_MAX_ATTEMPTS", "many").is(6, &expect![[r#"
        error: `max_attempts` is `many`, which is not a number of attempts: expected 1 or more (AWS_MAX_ATTEMPTS)
        hint: correct AWS_MAX_ATTEMPTS, then try again
    "#]]);
}

#[test]
fn unreadable_files_name_their_variable() {
    let env = TestEnv::new();
    let at = |path: &str| env.path(path).display().to_string();
    mistake(&env, EXPORT).env("AWS_CONFIG_FILE", at(".aws")).is(
        6,
        &expect![[r#"
            error: ~/.aws could not be read (named by AWS_CONFIG_FILE)
              is a directory, not a regular file
            hint: correct AWS_CONFIG_FILE, then try again
        "#]],
    );
    // Windows reports a missing file.
    #[cfg(unix)]
    mistake(&env, EXPORT).env("AWS_CONFIG_FILE", at(".aws/config/x")).is(
        6,
        &expect![[r#"
        error: ~/.aws/config/x could not be read (named by AWS_CONFIG_FILE)
          Not a directory (os error 20)
        hint: correct AWS_CONFIG_FILE, then try again
    "#]],
    );
    mistake(&env, EXPORT).env("AWS_SHARED_CREDENTIALS_FILE", at(".aws")).is(
        6,
        &expect![[r#"
            error: ~/.aws could not be read (named by AWS_SHARED_CREDENTIALS_FILE)
              is a directory, not a regular file
            hint: correct AWS_SHARED_CREDENTIALS_FILE, then try again
        "#]],
    );
}

#[test]
fn rejected_edits_name_the_line() {
    let env = configured("[default]\nregion = a\n\n[profile dev]\nregion\n");
    mistake(&env, &["configure", "set", "output", "json", "--profile", "dev"]).is(
        6,
        &expect![[r#"
            error: ~/.aws/config cannot be changed
            5 | …
              | ^ expected `=` after the key
              a line of the section has a syntax error
              line 5, column 7: expected `=` after the key
            hint: correct ~/.aws/config:5, then try again
        "#]],
    );
    mistake(&env, &["configure", "set", "region.x", "y"]).is(
        6,
        &expect![[r#"
        error: ~/.aws/config cannot be changed
          `region` on line 2 has a value, so it cannot hold a block
        hint: correct ~/.aws/config:2, then try again
    "#]],
    );
    mistake(&env, &["configure", "set", "region", "a", "--profile", "a]"]).is(
        2,
        &expect![[r#"
            error: `a]` cannot name a section: it contains a `]`
            hint: vestibule configure set --help
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn variable_that_is_not_unicode_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let env = TestEnv::new();
    for name in ["AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_CA_BUNDLE", "HTTPS_PROXY", "HOME"] {
        for command in [EXPORT, &["login"], &["status"], &["configure", "get", "region"]] {
            let output = env.vestibule(command).env(name, OsStr::from_bytes(b"caf\xe9")).run();
            assert_eq!(output.code, Some(6), "{name} {command:?}: {output:?}");
            let expected = format!("error: the environment variable {name} is not valid Unicode\n");
            assert!(output.stderr.starts_with(&expected), "{output:?}");
        }
    }
}

#[test]
fn clock_offset_that_is_not_a_number_is_an_error() {
    mistake(&TestEnv::new(), EXPORT).env("VESTIBULE_CLOCK_OFFSET", "abc").is(
        6,
        &expect![[r#"
            error: VESTIBULE_CLOCK_OFFSET is `abc`: expected a number of seconds
            hint: correct VESTIBULE_CLOCK_OFFSET, then try again
        "#]],
    );
}
