//! Mistakes on the command line, and failures of services, networks and other programs.

use super::{EXPORT, NO_METADATA, configured, mistake};
use crate::support::{CONFIG, TestEnv};
use expect_test::{Expect, expect};
use std::time::Duration;
use vestibule_emulator::Operation;

#[test]
fn invalid_command_lines_exit_with_2() {
    let env = TestEnv::new();
    for args in [
        &["login", "--min-remaining", "15x"][..],
        &["login", "--use-device-code", "--use-pkce"],
        &["logn"],
        &["configure", "get"],
        &["export-credentials", "--format", "yaml"],
    ] {
        let plain = env.run(args);
        plain.exits_with(2).stderr_contains("error: ");
        assert_eq!(plain.stdout, "");
        let json = env.run([&["--json"], args].concat());
        assert_eq!(json.exits_with(2).json()["error"]["kind"], "usage");
    }
    mistake(&env, &["list-roles", "--account-id", "1 2"]).is(
        2,
        &expect![[r#"
            error: --account-id: `1 2` is not an account id: expected twelve digits
            hint: vestibule list-accounts
        "#]],
    );
    mistake(&env, &["configure", "set", "region", "a\nb"]).is(
        2,
        &expect![[r#"
            error: the value for `region` cannot be written: it contains a line break
            hint: vestibule configure set --help
        "#]],
    );
    mistake(&env, &["configure", "set", "re gion", "a"]).is(
        2,
        &expect![[r#"
            error: `re gion` cannot be a key: only letters, digits and `_-/.%@:+` can
            hint: vestibule configure set --help
        "#]],
    );
    mistake(&env, &["configure", "get", "a.b.c"]).is(
        2,
        &expect![[r#"
            error: `a.b.c` is not a valid key: it has too many dots
            hint: name the profile with --profile, and write the key as `KEY` or `KEY.NAME`
        "#]],
    );
    mistake(&env, &["configure", "sso"]).is(
        2,
        &expect![[r#"
            error: --session-name is required when prompts are disabled
            hint: add --session-name, or run it in a terminal without --no-input
        "#]],
    );
}

#[test]
fn sessions_that_need_a_sign_in_exit_with_4() {
    let env = TestEnv::new();
    mistake(&env, EXPORT).is(
        4,
        &expect![[r#"
        error: You are not signed in to SSO session "my-sso".
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]],
    );
    env.run(["login"]).succeeded();
    let good = env.token().to_string();
    let file = env.token_file().strip_prefix(env.path("")).unwrap().display().to_string();
    env.write(&file, "{\"accessToken\": \"");
    mistake(&env, EXPORT).is(4, &expect![[r#"
        error: You are not signed in to SSO session "my-sso": the cached token is corrupt (truncated JSON; ~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json).
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);
    env.write(&file, &good.replace("provided-domain", "another-domain"));
    mistake(&env, EXPORT).is(4, &expect![[r#"
        error: You are not signed in to SSO session "my-sso": the cached token was issued for https://another-domain.awsapps.com/start, but sso_start_url is https://provided-domain.awsapps.com/start (~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json).
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);
    env.write(&file, &good);
    env.advance(Duration::from_secs(9 * 3600));
    mistake(&env, EXPORT).is(4, &expect![[r#"
        error: Your SSO session "my-sso" has expired.
          the service refused the refresh at TIME: the grant is no longer valid: InvalidGrantException: The session expired or was revoked (HTTP 400)
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);

    let env = TestEnv::signed_in();
    env.emulator.revoke_sessions();
    mistake(&env, EXPORT).is(
        4,
        &expect![[r#"
        error: Your SSO session "my-sso" has expired or was revoked.
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]],
    );
}

#[test]
fn service_errors_exit_with_1() {
    let env = TestEnv::signed_in();
    let check = |fault: &str, expected: &Expect| {
        env.emulator.fail(Operation::GetRoleCredentials).always().with(fault.parse().unwrap());
        mistake(&env, EXPORT).is(1, expected);
        env.emulator.clear_faults();
    };
    check(
        "ForbiddenException",
        &expect![[r#"
            error: no access to role `SampleRole` in account `111122223333`: it is not assigned to you, or misspelled
              ForbiddenException: Scripted (HTTP 403)
              chosen by sso_role_name, ~/.aws/config:4
              an administrator of IAM Identity Center assigns accounts and roles
            hint: vestibule list-roles --account-id 111122223333 --sso-session my-sso
        "#]],
    );
    check(
        "ResourceNotFoundException",
        &expect![[r#"
            error: role `SampleRole` in account `111122223333` does not exist in the access portal
              ResourceNotFoundException: Scripted (HTTP 404)
              chosen by sso_role_name, ~/.aws/config:4
              an administrator of IAM Identity Center assigns accounts and roles
            hint: vestibule list-roles --account-id 111122223333 --sso-session my-sso
        "#]],
    );
    check(
        "TooManyRequestsException",
        &expect![[r#"
        error: the access portal throttled the requests
          TooManyRequestsException: Scripted (HTTP 429)
          chosen by sso_session, ~/.aws/config:2
        hint: try again in a moment
    "#]],
    );
    check(
        "500",
        &expect![[r#"
        error: the service gave no reason (HTTP 500)
          chosen by sso_session, ~/.aws/config:2
        hint: try again in a moment
    "#]],
    );
}

#[test]
fn unknown_start_url_names_its_line() {
    let env = configured(&CONFIG.replace("provided-domain", "another-domain"));
    mistake(&env, &["login", "--use-device-code"]).is(
        1,
        &expect![[r#"
            error: The start URL of SSO session "my-sso" is not known in us-east-1.
              InvalidRequestException: startUrl is unknown (HTTP 400)
              chosen by sso_start_url, ~/.aws/config:9
            hint: correct ~/.aws/config:9 or ~/.aws/config:8, then try again
        "#]],
    );
}

#[test]
fn network_errors_exit_with_1() {
    let env = TestEnv::signed_in();
    // Nothing listens on the discard port.
    mistake(&env, EXPORT).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").is(
        1,
        &expect![[r#"
            error: could not connect to 127.0.0.1:9 (3 attempts)
              connection refused
              chosen by sso_session, ~/.aws/config:2
              the address is that of endpoint_url, AWS_ENDPOINT_URL
            hint: correct AWS_ENDPOINT_URL, then try again
        "#]],
    );
    let tls = env.server.https();
    mistake(&env, EXPORT).env("AWS_ENDPOINT_URL", &tls).is(
        1,
        &expect![[r#"
            error: could not open a TLS connection to TLS
              the certificate is signed by an unknown authority (UnknownIssuer); if a company proxy inspects TLS, set AWS_CA_BUNDLE, or `ca_bundle` in the profile, to a PEM file with its root certificate
              chosen by sso_session, ~/.aws/config:2
            hint: set AWS_CA_BUNDLE to a PEM file with the root certificate of your organization
        "#]],
    );
    let bundle = |path: &str| env.path(path).display().to_string();
    mistake(&env, EXPORT).env("AWS_ENDPOINT_URL", &tls).env("AWS_CA_BUNDLE", bundle("no.pem")).is(
        1,
        &expect![[r#"
            error: could not send the request to TLS
              the CA bundle `~/no.pem` (AWS_CA_BUNDLE) cannot be used
              No such file or directory (os error 2)
              chosen by sso_session, ~/.aws/config:2
            hint: correct AWS_CA_BUNDLE, then try again
        "#]],
    );
    mistake(&env, EXPORT)
        .env("AWS_ENDPOINT_URL", &tls)
        .env("AWS_CA_BUNDLE", bundle(".aws/config"))
        .is(
            1,
            &expect![[r#"
                error: could not send the request to TLS
                  the CA bundle `~/.aws/config` (AWS_CA_BUNDLE) cannot be used
                  it has no PEM certificate
                  chosen by sso_session, ~/.aws/config:2
                hint: correct AWS_CA_BUNDLE, then try again
            "#]],
        );
}

#[test]
fn failing_helpers_and_files_exit_with_1() {
    let process =
        |command: &str| configured(&format!("[default]\ncredential_process = {command}\n"));
    // The words of `sh`; those of `cmd` are in the user's language.
    #[cfg(unix)]
    mistake(&process("/does/not/exist"), EXPORT).is(
        1,
        &expect![[r#"
            error: `/does/not/exist` exited with status 127: sh: 1: /does/not/exist: not found
              chosen by credential_process, ~/.aws/config:2
            hint: correct ~/.aws/config:2, then try again
        "#]],
    );
    mistake(&process("echo {}"), EXPORT).is(
        1,
        &expect![[r#"
            error: `echo` printed no credentials
              `Version` is missing or empty
              chosen by credential_process, ~/.aws/config:2
            hint: correct ~/.aws/config:2, then try again
        "#]],
    );
    mistake(&process("exit 1"), EXPORT).is(
        1,
        &expect![[r#"
            error: `exit` exited with status 1
              chosen by credential_process, ~/.aws/config:2
            hint: correct ~/.aws/config:2, then try again
        "#]],
    );
    let env = configured(
        "[default]\nregion = us-east-1\nweb_identity_token_file = /no/token\n\
         role_arn = arn:aws:iam::111122223333:role/R\n",
    );
    mistake(&env, EXPORT).is(
        1,
        &expect![[r#"
            error: the web identity token in /no/token could not be read
              No such file or directory (os error 2)
              chosen by web_identity_token_file, ~/.aws/config:3
            hint: correct ~/.aws/config:3, then try again
        "#]],
    );
    let env = TestEnv::signed_in();
    mistake(&env, &["exec", "--", "/does/not/exist"]).is(
        127,
        &expect![[r#"
            error: `/does/not/exist` could not be run
              No such file or directory (os error 2)
            hint: name a program in PATH, or the path of an executable file
        "#]],
    );
    mistake(&env, &["exec", "--", "aws s3 ls"]).is(
        127,
        &expect![[r#"
            error: `aws s3 ls` could not be run
              No such file or directory (os error 2)
            hint: remove the quotes: aws s3 ls
        "#]],
    );
    // Windows has another error for this.
    #[cfg(unix)]
    let config = env.path(".aws/config").display().to_string();
    #[cfg(unix)]
    mistake(&env, &["exec", "--", &config]).is(
        126,
        &expect![[r#"
            error: `~/.aws/config` could not be run
              Permission denied (os error 13)
            hint: name a program in PATH, or the path of an executable file
        "#]],
    );
}

#[test]
fn empty_configuration_exits_with_7() {
    let env = configured("");
    mistake(&env, EXPORT).env(NO_METADATA, "true").is(
        7,
        &expect![[r#"
            error: no AWS credentials found; looked in:
              environment: AWS_ACCESS_KEY_ID is not set
              profile: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
              web-identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
              container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
              instance: disabled (AWS_EC2_METADATA_DISABLED)
            hint: vestibule configure sso
        "#]],
    );
    mistake(&env, &["login"]).is(
        6,
        &expect![[r#"
        error: No AWS configuration found in ~/.aws/config.
        hint: vestibule configure sso
    "#]],
    );
    let env = configured("[default]\nregion = eu-west-1\n");
    mistake(&env, &["login"]).is(
        6,
        &expect![[r#"
        error: Profile "default" does not use SSO.
        hint: vestibule configure sso
    "#]],
    );
}

#[test]
fn unwritable_results_are_errors() {
    let env = TestEnv::signed_in();
    #[cfg(unix)]
    let nowhere = env.path(".aws/config/x").display().to_string();
    // Windows has another error for a file in the place of a folder.
    #[cfg(unix)]
    mistake(&env, &["man", "--to", &nowhere]).is(
        1,
        &expect![[r#"
            error: man pages could not be written to ~/.aws/config/x
              Not a directory (os error 20)
            hint: name a writable folder
        "#]],
    );
    #[cfg(unix)]
    mistake(&env, &["export-credentials", "--format", "github"]).env("GITHUB_ENV", &nowhere).is(
        1,
        &expect![[r#"
            error: ~/.aws/config/x could not be written (GITHUB_ENV)
              Not a directory (os error 20)
            hint: set GITHUB_ENV to a writable file, or unset it
        "#]],
    );
    mistake(&env, &["console", "--destination", "https://example.com/"]).is(
        2,
        &expect![[r#"
        error: invalid console URL `https://example.com/`: expected https://console.aws.amazon.com/…
        hint: vestibule console --help
    "#]],
    );
    mistake(&env, &["whoami", "--region", "a b"]).is(
        2,
        &expect![[r#"
            error: --region: `a b` is not a region: expected a name such as `us-east-1`
            hint: vestibule whoami --help
        "#]],
    );
    mistake(&env, &["list-accounts", "--sso-session", "corp"]).is(
        6,
        &expect![[r#"
        error: sso-session named `corp` (--sso-session) was not found in ~/.aws/config
        hint: vestibule list-sessions
    "#]],
    );
    mistake(&env, &["logout", "--sso-session", "corp"]).is(
        6,
        &expect![[r#"
        error: sso-session named `corp` (--sso-session) was not found in ~/.aws/config
        hint: vestibule list-sessions
    "#]],
    );
    mistake(&env, &["status", "--sso-session", "corp"]).is(
        6,
        &expect![[r#"
        error: sso-session named `corp` (--sso-session) was not found in ~/.aws/config
        hint: vestibule list-sessions
    "#]],
    );
    #[cfg(unix)]
    mistake(&env, &["doctor"]).env("AWS_CONFIG_FILE", &nowhere).is(
        6,
        &expect![[r#"
        error: ~/.aws/config/x could not be read (named by AWS_CONFIG_FILE)
          Not a directory (os error 20)
        hint: correct AWS_CONFIG_FILE, then try again
    "#]],
    );
    mistake(&env, &["explain", "--profile", "prod"]).is(
        6,
        &expect![[r#"
        error: profile `prod` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials
        hint: vestibule list-profiles
    "#]],
    );
    mistake(&env, &["serve", "--profile", "prod"]).is(
        6,
        &expect![[r#"
        error: profile `prod` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials
        hint: vestibule list-profiles
    "#]],
    );
    mistake(&env, &["whoami", "--profile", "prod"]).is(
        6,
        &expect![[r#"
        error: profile `prod` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials
        hint: vestibule list-profiles
    "#]],
    );
}

#[test]
fn session_in_the_place_of_a_profile_exits_with_6() {
    let env = TestEnv::new();
    mistake(&env, &["whoami", "my-sso"]).is(
        6,
        &expect![[r#"
            error: profile `my-sso` (argument) is not defined in ~/.aws/config or ~/.aws/credentials
              `my-sso` is an SSO session, which profile `default` uses
            hint: vestibule whoami --profile default
        "#]],
    );
    mistake(&env, &["status", "my-sso"]).is(
        6,
        &expect![[r#"
            error: profile `my-sso` (argument) is not defined in ~/.aws/config or ~/.aws/credentials
              `my-sso` is an SSO session
            hint: vestibule status --sso-session my-sso
        "#]],
    );
}

#[cfg(unix)]
#[test]
fn folder_in_the_place_of_a_file_exits_with_6() {
    let env = TestEnv::new();
    std::fs::remove_file(env.path(".aws/config")).unwrap();
    std::fs::create_dir(env.path(".aws/config")).unwrap();
    for command in ["doctor", "status"] {
        mistake(&env, &[command]).is(
            6,
            &expect![[r#"
                error: ~/.aws/config could not be read
                  is a directory, not a regular file
                hint: rename or remove the folder ~/.aws/config, then try again
            "#]],
        );
    }
}

/// Every error has a hint.
#[test]
fn every_error_has_a_hint() {
    let env = TestEnv::signed_in();
    for args in [
        &["login", "--min-remaining", "15x"][..],
        &["logn"],
        &["configure", "get"],
        &["list-roles", "--account-id", "1 2"],
        &["configure", "set", "re gion", "a"],
        &["configure", "sso"],
        &["exec", "--", "/does/not/exist"],
        &["export-credentials", "--profile", "prod"],
        &["export-credentials", "--format", "yaml"],
        &["whoami", "--region", "a b"],
        &["completions", "csh"],
        &["sso"],
        &["nonsense", "--json"],
    ] {
        let ran = env.run(args);
        let said = if args.contains(&"--json") {
            ran.json()["error"]["remedy"].as_str().map(str::to_owned)
        } else {
            let hint = ran.stderr.lines().find_map(|line| line.strip_prefix("hint: "));
            hint.map(str::to_owned)
        };
        let hint = said.unwrap_or_else(|| panic!("{args:?}: {ran:#?}"));
        if hint.starts_with("vestibule ") {
            super::can_be_typed(&env, &hint);
        }
    }
}
