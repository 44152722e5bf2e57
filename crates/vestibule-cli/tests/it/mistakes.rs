//! What goes wrong, and what is said of it: code, error and hint, in words and in JSON.

use std::process::Command;
use std::time::Duration;

use expect_test::{Expect, expect};
use vestibule_emulator::Operation;

use crate::support::{CONFIG, Lab, Ran};

/// A run that is bound to fail.
struct Mistake<'a> {
    lab: &'a Lab,
    args: Vec<&'a str>,
    env: Vec<(&'a str, String)>,
}

fn mistake<'a>(lab: &'a Lab, args: &[&'a str]) -> Mistake<'a> {
    Mistake { lab, args: args.to_vec(), env: Vec::new() }
}

impl<'a> Mistake<'a> {
    fn env(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    fn run(&self, options: &[&str]) -> Ran {
        let args = options.iter().chain(&self.args);
        let invocation = self.lab.vestibule(args);
        let with = |invocation: crate::support::Invocation<'a>, (name, value): &(&str, String)| {
            invocation.env(name, value)
        };
        self.env.iter().fold(invocation, with).run()
    }

    #[track_caller]
    fn is(&self, code: i32, expected: &Expect) {
        let plain = self.run(&[]);
        expected.assert_eq(&tidy(self.lab, &plain.stderr));
        plain.ended(code);
        assert_eq!(plain.stdout, "", "nothing but the result is on stdout");

        let json = self.run(&["--json"]);
        let events = json.ended(code).events();
        let error = &events.last().unwrap()["error"];
        let message = error["message"].as_str().unwrap();
        // A second refusal may be another.
        let start: String = message.chars().take_while(|char| *char != '\n').take(20).collect();
        assert!(plain.stderr.contains(&start), "{message} {plain:?}");
        let hint = plain.stderr.lines().find_map(|line| line.strip_prefix("hint: "));
        assert_eq!(error["remedy"].as_str(), hint, "{plain:?}");
        if let Some(command) = hint.filter(|hint| hint.starts_with("vestibule ")) {
            can_be_typed(self.lab, command);
        }
    }
}

/// A shell and our own grammar accept it.
#[track_caller]
fn can_be_typed(lab: &Lab, command: &str) {
    let typed = command.replacen("vestibule", env!("CARGO_BIN_EXE_vestibule"), 1);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{typed} --help")]);
    lab.prepared(shell).run().succeeded();
}

/// Without what differs from run to run.
fn tidy(lab: &Lab, text: &str) -> String {
    let text = text.replace(&lab.server.http(), "EMULATOR").replace(&lab.server.https(), "TLS");
    let text = text.replace(&lab.path("").display().to_string(), "~/");
    let mut tidy = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('T') {
        let is_time =
            at >= 10 && rest.as_bytes()[at - 3] == b'-' && rest.get(at + 9..at + 10) == Some("Z");
        if is_time {
            tidy += &rest[..at - 10];
            tidy += "TIME";
            rest = &rest[at + 10..];
        } else {
            tidy += &rest[..=at];
            rest = &rest[at + 1..];
        }
    }
    tidy + rest
}

/// A home with this configuration, in which nobody signed in.
fn configured(config: &str) -> Lab {
    let lab = Lab::new();
    lab.write(".aws/config", config);
    lab
}

const EXPORT: &[&str] = &["export-credentials"];

/// Whatever the machine is that runs the tests.
const NO_METADATA: &str = "AWS_EC2_METADATA_DISABLED";

#[test]
fn lines_that_cannot_be_read() {
    let lab = configured("[default]\nregion\n");
    mistake(&lab, EXPORT).is(
        6,
        &expect![[r#"
        error: ~/.aws/config:2:7: expected `=` after the key
        2 | …
          | ^ expected `=` after the key
        hint: correct ~/.aws/config:2, then try again
    "#]],
    );
    let lab = configured("[default\nregion = eu-west-1\n");
    mistake(&lab, &["export-credentials", "--profile", "default"]).is(6, &expect![[r#"
        error: profile `default` (--profile) is not defined: No profiles were defined in ~/.aws/config or ~/.aws/credentials; ~/.aws/config:1:9: expected `]` at the end of the section header
        hint: vestibule list-profiles
    "#]]);
}

#[test]
fn names_that_lead_nowhere() {
    let lab = Lab::new();
    mistake(&lab, &["export-credentials", "--profile", "defualt"]).is(6, &expect![[r#"
        error: profile `defualt` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials; similar: `default`
        hint: vestibule list-profiles
    "#]]);
    mistake(&lab, EXPORT).env("AWS_PROFILE", "prod").is(
        6,
        &expect![[r#"
            error: profile `prod` (AWS_PROFILE) is not defined in ~/.aws/config or ~/.aws/credentials
            hint: vestibule list-profiles
        "#]],
    );
    mistake(&lab, &["login", "--sso-session", "my-ss"]).is(6, &expect![[r#"
        error: sso-session named `my-ss` (--sso-session) was not found in ~/.aws/config; similar: `my-sso`
        hint: vestibule list-sessions
    "#]]);
    mistake(&lab, &["configure", "get", "region", "--profile", "prod"]).is(
        6,
        &expect![[r#"
        error: profile `prod` is not defined
        hint: vestibule list-profiles
    "#]],
    );
    let lab = configured("[default]\nsso_session = corp\n");
    mistake(&lab, &["login"]).is(6, &expect![[r#"
        error: sso-session named `corp` (referenced by profile `default`) was not found (~/.aws/config:2) in ~/.aws/config
        hint: correct ~/.aws/config:2, then try again
    "#]]);
    let lab = configured(
        "[default]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = base\n",
    );
    mistake(&lab, EXPORT).is(6, &expect![[r#"
        error: could not find source profile base referenced from default (~/.aws/config:3) in ~/.aws/config or ~/.aws/credentials
        hint: correct ~/.aws/config:3, then try again
    "#]]);
}

#[test]
fn profiles_that_say_half() {
    let half = CONFIG.replace("sso_role_name = SampleRole\n", "");
    mistake(&configured(&half), EXPORT).is(6, &expect![[r#"
        error: profile `default` has invalid SSO config: if `sso_account_id` is set, then `sso_role_name` must also be set (~/.aws/config:3)
        hint: correct ~/.aws/config:3, then try again
    "#]]);
    let token_only = half.replace("sso_account_id = 111122223333\n", "");
    mistake(&configured(&token_only), EXPORT).env(NO_METADATA, "true").is(
        6,
        &expect![[r#"
            error: profile `default` yields a bearer token, not credentials: it has no sso_account_id and sso_role_name
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
    let lab = configured("[default]\naws_access_key_id = AKIDEXAMPLE\n");
    lab.write(".aws/credentials", "[default]\naws_secret_access_key = hush\n");
    mistake(&lab, EXPORT).is(6, &expect![[r#"
        error: `aws_access_key_id` (~/.aws/config:2) and `aws_secret_access_key` (~/.aws/credentials:2) of profile `default` are in different files
        hint: correct ~/.aws/config:2, then try again
    "#]]);
}

#[test]
fn profiles_that_contradict() {
    let two = CONFIG.replace("SampleRole\n", "SampleRole\nsso_region = eu-west-1\n");
    mistake(&configured(&two), EXPORT).is(6, &expect![[r#"
        error: `sso_region` is `eu-west-1` in profile `default` (~/.aws/config:5) but `us-east-1` in sso-session `my-sso` (~/.aws/config:10)
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
fn values_that_make_no_sense() {
    let region = CONFIG.replace("sso_region = us-east-1", "sso_region = us east");
    mistake(&configured(&region), &["login"]).is(6, &expect![[r#"
        error: `sso_region` is `us east`, which is not a region: expected a name such as `us-east-1` (~/.aws/config:9:14)
        hint: correct ~/.aws/config:9, then try again
    "#]]);
    let url = CONFIG.replace("https://provided", "http://provided");
    mistake(&configured(&url), &["login"]).is(
        6,
        &expect![[r#"
            error: start URL `http://provided-domain.awsapps.com/start` does not begin with https://
            hint: correct ~/.aws/config:8, then try again
        "#]],
    );
    let lab = Lab::signed_in();
    mistake(&lab, &["whoami", "--region", "us/east"]).is(
        2,
        &expect![[r#"
        error: --region: `us/east` is not a region: expected a name such as `us-east-1`
    "#]],
    );
    mistake(&lab, &["whoami"]).env("AWS_REGION", "us east").is(6, &expect![[r#"
        error: `region` is `us east`, which is not a region: expected a name such as `us-east-1` (AWS_REGION)
        hint: correct AWS_REGION, then try again
    "#]]);
    mistake(&lab, EXPORT).env("AWS_ENDPOINT_URL", "localhost").is(
        6,
        &expect![[r#"
            error: endpoint URL `localhost` is not an absolute http or https URL
            hint: correct AWS_ENDPOINT_URL, then try again
        "#]],
    );
    mistake(&lab, EXPORT).env("AWS_MAX_ATTEMPTS", "many").is(6, &expect![[r#"
        error: `max_attempts` is `many`, which is not a number of attempts: expected 1 or more (AWS_MAX_ATTEMPTS)
        hint: correct AWS_MAX_ATTEMPTS, then try again
    "#]]);
}

#[test]
fn files_that_cannot_be_read() {
    let lab = Lab::new();
    let at = |path: &str| lab.path(path).display().to_string();
    mistake(&lab, EXPORT).env("AWS_CONFIG_FILE", at(".aws")).is(
        6,
        &expect![[r#"
        error: ~/.aws could not be read (named by AWS_CONFIG_FILE)
          is a directory
        hint: correct ~/.aws, then try again
    "#]],
    );
    mistake(&lab, EXPORT).env("AWS_CONFIG_FILE", at(".aws/config/x")).is(
        6,
        &expect![[r#"
        error: ~/.aws/config/x could not be read (named by AWS_CONFIG_FILE)
          Not a directory (os error 20)
        hint: correct ~/.aws/config/x, then try again
    "#]],
    );
    mistake(&lab, EXPORT).env("AWS_SHARED_CREDENTIALS_FILE", at(".aws")).is(
        6,
        &expect![[r#"
        error: ~/.aws could not be read (named by AWS_SHARED_CREDENTIALS_FILE)
          is a directory
        hint: correct ~/.aws, then try again
    "#]],
    );
}

#[test]
fn command_lines_that_cannot_be_read() {
    let lab = Lab::new();
    for args in [
        &["login", "--min-remaining", "15x"][..],
        &["login", "--use-device-code", "--use-pkce"],
        &["logn"],
        &["list-roles"],
        &["export-credentials", "--format", "yaml"],
    ] {
        let plain = lab.run(args);
        plain.ended(2).says("error: ");
        assert_eq!(plain.stdout, "");
        let json = lab.run([&["--json"], args].concat());
        assert_eq!(json.ended(2).json()["error"]["kind"], "usage");
    }
    mistake(&lab, &["list-roles", "--account-id", "1 2"]).is(
        2,
        &expect![[r#"
        error: --account-id: `1 2` is not an account id: expected twelve digits
    "#]],
    );
    mistake(&lab, &["configure", "set", "region", "a\nb"]).is(
        2,
        &expect![[r#"
        error: the value for `region` cannot be written: it has a line break
    "#]],
    );
    mistake(&lab, &["configure", "set", "re gion", "a"]).is(
        2,
        &expect![[r#"
        error: `re gion` cannot be a key: only letters, digits and `_-/.%@:+` can
    "#]],
    );
    mistake(&lab, &["configure", "get", "a.b.c"]).is(
        2,
        &expect![[r#"
        error: `a.b.c` is no key: it has too many dots
        hint: name the profile by --profile, and write the key as `KEY` or `KEY.NAME`
    "#]],
    );
    mistake(&lab, &["configure", "sso"]).is(
        2,
        &expect![[r#"
        error: --session-name is missing, and nobody can be asked
        hint: add --session-name, or run it in a terminal without --no-input
    "#]],
    );
}

#[test]
fn sign_ins_that_are_over() {
    let lab = Lab::new();
    mistake(&lab, EXPORT).is(4, &expect![[r#"
        error: sso-session `my-sso`: nobody has signed in (~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json does not exist)
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);
    lab.run(["login"]).succeeded();
    let good = lab.token().to_string();
    let file = lab.token_file().strip_prefix(lab.path("")).unwrap().display().to_string();
    lab.write(&file, "{\"accessToken\": \"");
    mistake(&lab, EXPORT).is(4, &expect![[r#"
        error: sso-session `my-sso`: ~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json is not a readable token: it ends in the middle
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);
    lab.write(&file, &good.replace("provided-domain", "another-domain"));
    mistake(&lab, EXPORT).is(4, &expect![[r#"
        error: sso-session `my-sso`: ~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json belongs to another sign-in: the cached token is for the start URL `https://another-domain.awsapps.com/start`, and `https://provided-domain.awsapps.com/start` is configured
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);
    lab.write(&file, &good);
    lab.pass(Duration::from_secs(9 * 3600));
    mistake(&lab, EXPORT).is(4, &expect![[r#"
        error: sso-session `my-sso`: the sign-in ended at TIME: the grant is no longer valid: InvalidGrantException: The session is over (HTTP 400)
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);

    let lab = Lab::signed_in();
    lab.emulator.revoke_sessions();
    mistake(&lab, EXPORT).is(4, &expect![[r#"
        error: sso-session `my-sso`: the service no longer accepts the sign-in: it was revoked or replaced
          chosen by sso_session, ~/.aws/config:2
        hint: vestibule login --sso-session my-sso
    "#]]);
}

#[test]
fn services_that_say_no() {
    let lab = Lab::signed_in();
    let check = |fault: &str, expected: &Expect| {
        lab.emulator.fail(Operation::GetRoleCredentials).always().with(fault.parse().unwrap());
        mistake(&lab, EXPORT).is(1, expected);
        lab.emulator.heal();
    };
    check(
        "ForbiddenException",
        &expect![[r#"
        error: no access to role `SampleRole` in account `111122223333`: not assigned to the person signed in, or misspelt
          ForbiddenException: Scripted (HTTP 403)
          chosen by sso_session, ~/.aws/config:2
    "#]],
    );
    check(
        "ResourceNotFoundException",
        &expect![[r#"
        error: the access portal does not know role `SampleRole` in account `111122223333`
          ResourceNotFoundException: Scripted (HTTP 404)
          chosen by sso_session, ~/.aws/config:2
    "#]],
    );
    check(
        "TooManyRequestsException",
        &expect![[r#"
        error: the access portal was asked too often
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
fn networks_that_lead_nowhere() {
    let lab = Lab::signed_in();
    // Nothing listens at the port of a server that is gone.
    mistake(&lab, EXPORT).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").is(
        1,
        &expect![[r#"
        error: could not connect (http://127.0.0.1:9)
          tcp connect error
          Connection refused (os error 111)
          chosen by sso_session, ~/.aws/config:2
        hint: try again in a moment
    "#]],
    );
    let tls = lab.server.https();
    mistake(&lab, EXPORT).env("AWS_ENDPOINT_URL", &tls).is(
        1,
        &expect![[r#"
        error: the TLS handshake failed (TLS)
          invalid peer certificate: UnknownIssuer
          chosen by sso_session, ~/.aws/config:2
    "#]],
    );
    let bundle = |path: &str| lab.path(path).display().to_string();
    mistake(&lab, EXPORT).env("AWS_ENDPOINT_URL", &tls).env("AWS_CA_BUNDLE", bundle("no.pem")).is(
        1,
        &expect![[r#"
            error: the request could not be sent from here (TLS)
              the CA bundle `~/no.pem` cannot be used
              I/O error: No such file or directory (os error 2)
              chosen by sso_session, ~/.aws/config:2
        "#]],
    );
    mistake(&lab, EXPORT)
        .env("AWS_ENDPOINT_URL", &tls)
        .env("AWS_CA_BUNDLE", bundle(".aws/config"))
        .is(
            1,
            &expect![[r#"
            error: the request could not be sent from here (TLS)
              the CA bundle `~/.aws/config` cannot be used
              no items found
              chosen by sso_session, ~/.aws/config:2
        "#]],
        );
}

#[test]
fn other_programs_and_files_that_fail() {
    let process =
        |command: &str| configured(&format!("[default]\ncredential_process = {command}\n"));
    mistake(&process("/does/not/exist"), EXPORT).is(
        1,
        &expect![[r#"
        error: `/does/not/exist` ended with status 127: sh: 1: /does/not/exist: not found
          chosen by credential_process, ~/.aws/config:2
    "#]],
    );
    mistake(&process("echo {}"), EXPORT).is(
        1,
        &expect![[r#"
        error: `echo` printed no credentials: `Version` is missing
          chosen by credential_process, ~/.aws/config:2
    "#]],
    );
    mistake(&process("false"), EXPORT).is(
        1,
        &expect![[r#"
        error: `false` ended with status 1
          chosen by credential_process, ~/.aws/config:2
    "#]],
    );
    let lab = configured(
        "[default]\nregion = us-east-1\nweb_identity_token_file = /no/token\n\
         role_arn = arn:aws:iam::111122223333:role/R\n",
    );
    mistake(&lab, EXPORT).is(
        1,
        &expect![[r#"
        error: the web identity token in /no/token could not be read
          No such file or directory (os error 2)
          chosen by web_identity_token_file, ~/.aws/config:3
    "#]],
    );
    let lab = Lab::signed_in();
    mistake(&lab, &["exec", "--", "/does/not/exist"]).is(
        127,
        &expect![[r#"
        error: `/does/not/exist` could not be run
          No such file or directory (os error 2)
    "#]],
    );
    let config = lab.path(".aws/config").display().to_string();
    mistake(&lab, &["exec", "--", &config]).is(
        126,
        &expect![[r#"
        error: `~/.aws/config` could not be run
          Permission denied (os error 13)
    "#]],
    );
}

#[test]
fn nothing_at_all() {
    let lab = configured("");
    mistake(&lab, EXPORT).env(NO_METADATA, "true").is(
        7,
        &expect![[r#"
            error: no source of credentials is set up
              environment: AWS_ACCESS_KEY_ID is not set
              profile: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
              web-identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
              container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set
              instance: AWS_EC2_METADATA_DISABLED is true
            hint: vestibule configure sso
        "#]],
    );
    mistake(&lab, &["login"]).is(
        6,
        &expect![[r#"
        error: profile `default` has no sso_session to sign in to
        hint: vestibule configure sso
    "#]],
    );
}

#[test]
fn edits_that_are_refused() {
    let lab = configured("[default]\nregion = a\n\n[profile dev]\nregion\n");
    mistake(&lab, &["configure", "set", "output", "json", "--profile", "dev"]).is(
        6,
        &expect![[r#"
            error: ~/.aws/config cannot be changed
            5 | …
              | ^ expected `=` after the key
              a line has to be mended first
              line 5, column 7: expected `=` after the key
            hint: correct ~/.aws/config:5, then try again
        "#]],
    );
    mistake(&lab, &["configure", "set", "region.x", "y"]).is(
        6,
        &expect![[r#"
        error: ~/.aws/config cannot be changed
          `region` on line 2 has a value, so it cannot hold a block
        hint: correct ~/.aws/config:2, then try again
    "#]],
    );
    mistake(&lab, &["configure", "set", "region", "a", "--profile", "a]"]).is(
        2,
        &expect![[r#"
        error: `a]` cannot name a section: it has a `]`
    "#]],
    );
}
