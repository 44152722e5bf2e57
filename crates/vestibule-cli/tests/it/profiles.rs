//! The profile or the role that a command acts on.

use std::fs;
#[cfg(unix)]
use std::process::Command;
use std::time::Duration;

use vestibule_emulator::Operation;

#[cfg(unix)]
use crate::support::in_terminal;
use crate::support::{CONFIG, Output, TestEnv};

const TWO_SESSIONS: &str = "
[profile dev]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
[sso-session other]
sso_start_url = https://other-domain.awsapps.com/start
sso_region = us-east-1
";

/// Returns an environment with the profile `dev`, signed in, and `[default]` with only a region.
fn with_dev() -> TestEnv {
    let env = TestEnv::new();
    let config = CONFIG.replace("[default]", "[profile dev]");
    env.write(".aws/config", &format!("[default]\nregion = us-east-1\n{config}"));
    env.run(["login", "dev"]).succeeded();
    env
}

fn run(env: &TestEnv, args: &[&str]) -> Output {
    env.vestibule(args).env("AWS_EC2_METADATA_DISABLED", "true").run()
}

#[test]
fn positional_profile_is_accepted_by_every_command() {
    let env = with_dev();
    for args in [
        &["whoami", "dev"][..],
        &["whoami", "-p", "dev"],
        &["-p", "dev", "whoami"],
        &["export-credentials", "dev"],
        &["console", "dev", "--print"],
        &["explain", "dev"],
        &["status", "dev"],
        &["exec", "dev", "--", "hostname"],
        &["exec", "dev", "hostname"],
        &["exec", "-p", "dev", "hostname"],
        &["exec", "--profile", "dev", "hostname"],
        &["serve", "dev", "--", "hostname"],
        &["login", "dev"],
        &["logout", "dev"],
    ] {
        run(&env, args).succeeded();
    }
    run(&env, &["whoami", "dev", "--profile", "dev"])
        .exits_with(2)
        .stderr_contains("the profile is named twice");
    run(&env, &["whoami", "prod"]).exits_with(6).stderr_contains("profile `prod`");
}

#[cfg(unix)]
#[test]
fn exec_passes_options_of_the_command_on() {
    let env = with_dev();
    let echo = run(&env, &["exec", "dev", "echo", "--profile", "x", "--", "-v"]);
    assert_eq!(echo.succeeded().stdout, "--profile x -- -v\n");
}

#[cfg(unix)]
#[test]
fn exec_of_a_program_in_place_of_the_profile_hints_at_the_separator() {
    let env = with_dev();
    let exec = env.vestibule(["exec", "env", "FOO=1"]).env("AWS_PROFILE", "dev").run();
    exec.exits_with(6)
        .stderr_contains("profile `env` (argument) is not defined")
        .stderr_contains("hint: vestibule exec -- env FOO=1\n");
    run(&env, &["exec", "no-such-program"]).exits_with(6).stderr_contains("list-profiles");
    run(&env, &["whoami", "-p", "env"]).exits_with(6).stderr_contains("`env` (--profile) is not");
}

#[cfg(unix)]
#[test]
fn exec_without_a_command_starts_a_shell_with_markers() {
    let env = with_dev();
    env.write("shell", "#!/bin/sh\necho \"$VESTIBULE_PROFILE $VESTIBULE_EXPIRATION\"\n");
    let mut chmod = Command::new("chmod");
    chmod.args(["+x", env.path("shell").to_str().unwrap()]);
    env.prepared(chmod).run().succeeded();
    let shell = |outer: &str| {
        let run = env.vestibule(["exec", "dev"]).env("SHELL", env.path("shell"));
        if outer.is_empty() { run.run() } else { run.env("VESTIBULE_PROFILE", outer).run() }
    };
    let plain = shell("");
    assert!(plain.succeeded().stdout.starts_with("dev 20"), "{plain:?}");
    assert_eq!(plain.stderr, "");
    shell("prod")
        .succeeded()
        .stderr_contains("warning: nested in a shell of `vestibule exec prod`");
    let command = env.vestibule(["exec", "dev", "--", "true"]).env("VESTIBULE_PROFILE", "prod");
    assert_eq!(command.run().succeeded().stderr, "");
    let shell = env.path("shell").display().to_string();
    let line = format!("SHELL={shell} {} exec dev", env!("CARGO_BIN_EXE_vestibule"));
    let terminal = env.prepared(in_terminal(&line)).env("NO_COLOR", "1").run();
    let announced = "Shell with the credentials of dev until 20";
    assert!(terminal.succeeded().stdout.contains(announced), "{terminal:?}");
}

/// Prints the label of a shell, and the account of its credentials.
#[cfg(unix)]
const LABEL: &str = "echo \"${VESTIBULE_PROFILE-none} $AWS_ACCOUNT_ID\"";

#[cfg(unix)]
#[test]
fn exec_with_keys_in_the_environment_keeps_the_label_of_their_shell() {
    let env = with_dev();
    let config = fs::read_to_string(env.path(".aws/config")).unwrap();
    env.write(".aws/config", &format!("{config}\n[profile prod]\nregion = eu-west-1\n"));
    let program = env!("CARGO_BIN_EXE_vestibule");
    let nested = |words: &str| {
        let script = format!("{words} exec -- sh -c '{LABEL}'");
        run(&env, &["exec", "dev", "--", "sh", "-c", &script])
    };
    let plain = nested(program);
    assert_eq!(plain.succeeded().stdout, "dev 111122223333\n");
    assert!(!plain.stderr.contains("is ignored"), "{plain:?}");
    let other = nested(&format!("AWS_PROFILE=prod {program}"));
    assert_eq!(other.succeeded().stdout, "dev 111122223333\n");
    other.stderr_contains(
        "warning: AWS_PROFILE=prod is ignored in this shell, which has the credentials of dev \
         (VESTIBULE_PROFILE)",
    );
    let script = format!("AWS_PROFILE=prod {program} status --prompt");
    let prompt = run(&env, &["exec", "dev", "--", "sh", "-c", &script]);
    assert!(prompt.succeeded().stdout.starts_with("dev 111122223333 "), "{prompt:?}");
}

#[cfg(unix)]
#[test]
fn exec_with_keys_of_another_program_has_no_label() {
    let env = with_dev();
    let keys = env.vestibule(["exec", "--", "sh", "-c", LABEL]);
    let keys = keys.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    let ran = keys.env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-EXAMPLEKEY").run();
    assert_eq!(ran.succeeded().stdout, "none \n");
}

#[test]
fn role_without_a_profile_gives_credentials() {
    let env = with_dev();
    let role = ["--account-id", "111122223333", "--role-name", "SampleRole"];
    for command in [
        &["whoami"][..],
        &["export-credentials"],
        &["console", "--print"],
        &["whoami", "--sso-session", "my-sso"],
        &["export-credentials", "--sso-session", "my-sso"],
    ] {
        run(&env, &[command, &role].concat()).succeeded();
    }
    run(&env, &[&["exec"], &role[..], &["--", "hostname"]].concat()).succeeded();
    run(&env, &[&["exec"], &role[..], &["hostname"]].concat()).succeeded();
    run(&env, &[&["serve"], &role[..], &["--", "hostname"]].concat()).succeeded();
    // Keys in the environment do not take precedence over a role that was named.
    let keys = env.vestibule([&["whoami"], &role[..]].concat());
    let keys = keys.env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "x");
    assert!(keys.run().succeeded().stdout.contains("SampleRole"));
    run(&env, &["whoami", "--account-id", "1111", "--role-name", "SampleRole"])
        .exits_with(2)
        .stderr_contains("expected twelve digits");
    run(&env, &["whoami", "--role-name", "SampleRole"]).exits_with(2);
    run(&env, &["logout", "dev"]).succeeded();
    run(&env, &[&["whoami"], &role[..]].concat())
        .exits_with(4)
        .stderr_contains("hint: vestibule login --sso-session my-sso");
}

#[test]
fn role_without_a_session_is_an_error_if_there_are_several() {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}{TWO_SESSIONS}"));
    run(&env, &["whoami", "--account-id", "111122223333", "--role-name", "SampleRole"])
        .exits_with(2)
        .stderr_contains("--account-id and --role-name need --sso-session")
        .stderr_contains("  other\n");
}

#[test]
fn only_session_is_used_without_a_default_profile() {
    let env = with_dev();
    for args in [
        &["status"][..],
        &["list-accounts"],
        &["list-roles", "--account-id", "111122223333"],
        &["configure", "sync"],
        &["login"],
        &["logout"],
    ] {
        run(&env, args).succeeded();
    }
}

#[test]
fn default_with_only_a_region_lists_the_profiles_that_use_sso() {
    let env = with_dev();
    for args in [&["whoami"][..], &["export-credentials"], &["console"], &["serve"]] {
        run(&env, args)
            .exits_with(7)
            .stderr_contains(
                "No profile selected, and [default] does not use SSO. Profiles that do: dev",
            )
            .stderr_contains(&format!("hint: vestibule {} --profile dev", args[0]));
    }
    for (args, hint) in [
        (
            &["exec", "--", "python3", "a b.py"][..],
            "hint: vestibule exec --profile dev -- python3 'a b.py'\n",
        ),
        (
            &["export-credentials", "--format", "env"],
            "hint: vestibule export-credentials --profile dev --format env\n",
        ),
        (&["console", "--print"], "hint: vestibule console --profile dev --print\n"),
    ] {
        if cfg!(unix) {
            run(&env, args).exits_with(7).stderr_contains(hint);
        }
    }
}

#[test]
fn several_profiles_that_use_sso_are_listed_and_none_is_suggested() {
    let env = with_dev();
    let config = fs::read_to_string(env.path(".aws/config")).unwrap();
    let more = "\n[profile prod]\nsso_session = my-sso\n";
    env.write(".aws/config", &format!("{config}{more}"));
    run(&env, &["exec", "--", "terraform", "apply"])
        .exits_with(7)
        .stderr_contains("Profiles that do: dev, prod\n")
        .stderr_contains("hint: vestibule exec --profile NAME -- terraform apply\n");
}

#[test]
fn several_sessions_without_a_profile_are_listed() {
    let env = with_dev();
    env.write(
        ".aws/config",
        &format!(
            "[default]\nregion = us-east-1\n{TWO_SESSIONS}{}",
            CONFIG.split_once("\n[sso").map(|(_, session)| format!("[sso{session}")).unwrap()
        ),
    );
    for command in ["login", "logout", "list-accounts", "list-roles", "configure sync"] {
        run(&env, &command.split(' ').collect::<Vec<_>>())
            .exits_with(6)
            .stderr_contains("error: Several SSO sessions: other, my-sso")
            .stderr_contains(&format!("hint: vestibule {command} --sso-session other"));
    }
}

#[test]
fn roles_of_an_account_without_access_hint_at_the_accounts() {
    let env = TestEnv::signed_in();
    run(&env, &["list-roles", "--account-id", "999999999999"])
        .exits_with(1)
        .stderr_contains("hint: vestibule list-accounts\n");
}

#[test]
fn mistyped_commands_and_options_get_suggestions() {
    let env = TestEnv::new();
    run(&env, &["explian"]).exits_with(2).stderr_contains("'explain'");
    run(&env, &["lint"]).exits_with(2).stderr_contains("hint: vestibule configure lint\n");
    run(&env, &["whoami", "--profle", "x"]).exits_with(2).stderr_contains("'--profile'");
    run(&env, &["signin", "dev"]).exits_with(2).stderr_contains("hint: vestibule login dev\n");
    let profiles = run(&env, &["profiles"]);
    profiles.exits_with(2).stderr_contains("hint: vestibule list-profiles\n");
    assert!(!profiles.stderr.contains("set-profile"), "{profiles:?}");
    run(&env, &["console", "-s", "s3"])
        .exits_with(2)
        .stderr_contains("hint: use --sso-session or --service in place of -s\n");
}

#[test]
fn identity_names_the_user_who_signed_in() {
    let env = TestEnv::signed_in();
    let arn = env.run(["whoami"]).succeeded().json()["Arn"].as_str().unwrap().to_owned();
    assert!(arn.contains(":assumed-role/AWSReservedSSO_SampleRole_"), "{arn}");
    assert!(arn.ends_with("/sample-user"), "{arn}");
}

#[test]
fn login_option_signs_in_on_demand() {
    let env = TestEnv::new();
    let whoami = env.run(["whoami", "--login"]);
    assert!(whoami.succeeded().json()["Arn"].is_string(), "{whoami:?}");
    assert_eq!(env.pages_opened().len(), 1);
    env.run(["logout"]).succeeded();
    env.run(["whoami", "--login", "--no-input"]).exits_with(2);
    env.run(["whoami"]).exits_with(4);
    env.run(["exec", "--login", "--", "hostname"]).succeeded();
    assert_eq!(env.pages_opened().len(), 2);
}

#[cfg(unix)]
#[test]
fn login_on_demand_is_offered_on_a_terminal() {
    let env = TestEnv::new();
    let terminal = in_terminal(&format!("{} whoami", env!("CARGO_BIN_EXE_vestibule")));
    let mut whoami = env.prepared(terminal).env("TERM", "xterm").with_keyboard().start();
    while !whoami.line().unwrap().contains("my-sso") {}
    whoami.type_line("y");
    let whoami = whoami.wait();
    assert!(whoami.succeeded().stdout.contains("SampleRole"), "{whoami:?}");
    assert_eq!(env.pages_opened().len(), 1);
}

#[test]
fn login_in_ci_without_a_terminal_exits_at_once() {
    let env = TestEnv::new();
    for args in [&["login"][..], &["login", "--no-input"], &["whoami", "--login"]] {
        let login = env.vestibule(args).env("CI", "true").run();
        login
            .exits_with(4)
            .stderr_contains("no user can approve it here")
            .stderr_contains("hint: vestibule login --sso-session my-sso --use-device-code");
    }
    assert!(env.emulator.requests().is_empty());
}

#[test]
fn login_all_signs_in_to_every_session() {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}[sso-session broken]\nsso_region = us-east-1\n"));
    env.run(["login", "--all"])
        .exits_with(6)
        .stderr_contains("Signed in to my-sso")
        .stderr_contains("sso-session `broken`");
    env.run(["status"]).exits_with(6).stderr_contains("sso-session `broken`");
    let json = env.run(["status", "--json"]).exits_with(6).json();
    assert_eq!(
        (&json[0]["state"], &json[1]["error"]["kind"]),
        (&"signedIn".into(), &"configuration".into())
    );
    env.run(["logout", "--all"]).exits_with(6).stderr_contains("Signed out of my-sso");
    env.run(["status", "--sso-session", "my-sso"]).exits_with(5);
}

#[test]
fn status_and_logout_all_cover_inline_sessions() {
    let env = TestEnv::new();
    let inline = CONFIG.split("\n[sso-session").next().unwrap().replace(
        "sso_session = my-sso",
        "sso_start_url = https://provided-domain.awsapps.com/start\nsso_region = us-east-1",
    );
    env.write(".aws/config", &inline.replace("[default]", "[profile old]"));
    let mut login = env.vestibule(["login", "old", "--no-browser", "--json"]).start();
    let code = login.event("verification")["userCode"].as_str().unwrap().to_owned();
    env.emulator.approve(&code).unwrap();
    login.wait().succeeded();
    env.run(["status", "--all"]).succeeded();
    env.run(["logout", "--all"]).succeeded().stderr_contains("Signed out of ");
    env.run(["export-credentials", "old"]).exits_with(4);
}

#[test]
fn min_remaining_that_no_credentials_reach_is_an_error() {
    let env = TestEnv::signed_in();
    for args in [
        &["exec", "--min-remaining", "2h", "--", "hostname"][..],
        &["export-credentials", "--min-remaining", "2h"],
    ] {
        env.run(args)
            .exits_with(1)
            .stderr_contains("The credentials of role SampleRole in account 111122223333 last ")
            .stderr_contains("session duration of the role");
    }
    env.run(["export-credentials", "--min-remaining", "50m"]).succeeded();
    env.advance(Duration::from_secs(20 * 60));
    env.run(["export-credentials", "--min-remaining", "50m"]).succeeded();
    assert!(2 <= env.emulator.count(Operation::GetRoleCredentials));
}

#[test]
fn lists_have_columns_filters_and_csv() {
    let env = with_dev();
    let long = env.run(["list-profiles", "--long"]);
    assert_eq!(
        long.succeeded().stdout,
        "default\t\t\t\tus-east-1\ndev\t111122223333\t\tSampleRole\tus-east-1\tmy-sso\n"
    );
    let json = env.run(["list-profiles", "--long", "--json"]).succeeded().json();
    assert_eq!(json[1]["role"], "SampleRole");
    let csv = env.run(["list-accounts", "--csv"]);
    let csv = csv.succeeded().stdout.clone();
    assert!(csv.starts_with("account,name,email\n111122223333,"), "{csv}");
    assert_eq!(env.run(["list-accounts", "--filter", "nothing"]).succeeded().stdout, "");
    assert!(
        env.run(["list-accounts", "--filter", "1111"]).succeeded().stdout.contains("111122223333")
    );
    let roles = env.run(["list-roles"]);
    assert!(roles.succeeded().stdout.starts_with("111122223333\t"), "{roles:?}");
    assert_eq!(env.run(["list-profiles", "--filter", "sample"]).succeeded().stdout, "dev\n");
}

#[test]
fn list_roles_json_has_the_same_objects_for_one_account_and_all() {
    let env = with_dev();
    let all = env.run(["list-roles", "--json"]).succeeded().json();
    let role = all.as_array().unwrap().iter().find(|role| role["accountId"] == "111122223333");
    assert_eq!(role.unwrap()["roleName"], "SampleRole");
    env.run(["list-accounts"]).succeeded();
    let one = ["list-roles", "--account-id", "111122223333", "--json"];
    let one = env.run(one).succeeded().json();
    assert_eq!(&one[0], role.unwrap());
    let none = env.run(["list-roles", "--json", "--filter", "nothing"]).succeeded().json();
    assert_eq!(none, serde_json::json!([]));
}

#[test]
fn commands_as_spelled_for_aws_are_accepted() {
    let env = with_dev();
    let who = env.run(["sts", "get-caller-identity", "--profile", "dev"]);
    assert_eq!(who.succeeded().json(), env.run(["whoami", "dev"]).json());
    let keys = env.run(["configure", "export-credentials", "--profile", "dev", "--format", "env"]);
    assert!(keys.succeeded().stdout.starts_with("export AWS_ACCESS_KEY_ID="));
    let names = env.run(["configure", "list-profiles"]);
    assert_eq!(names.succeeded().stdout, "default\ndev\n");
    let settings = env.run(["configure", "list", "--profile", "dev"]);
    assert!(settings.succeeded().stdout.contains("sso_role_name"), "{settings:?}");
    let role = ["--account-id", "111122223333", "--role-name", "SampleRole"];
    let keys = env.run([&["sso", "get-role-credentials"], &role[..]].concat());
    let keys = keys.succeeded().json();
    assert!(keys["roleCredentials"]["expiration"].as_i64().unwrap() > 1_700_000_000_000, "{keys}");
    env.run(["sso", "list-account-roles", "--account-id", "111122223333"]).succeeded();
    env.run(["sso", "list-accounts"]).succeeded();
}

#[test]
fn written_profile_has_the_credentials_until_it_is_removed() {
    let env = TestEnv::signed_in();
    env.write(
        ".aws/credentials",
        "[mine]\naws_access_key_id = AKIA\naws_secret_access_key = mine\n",
    );
    let write = |name: &str| env.run(["export-credentials", "--write-profile", name]);
    let ran = write("temporary");
    assert_eq!(ran.succeeded().stdout, "");
    ran.stderr_contains("vestibule export-credentials --remove-profile temporary\n");
    let text = || fs::read_to_string(env.path(".aws/credentials")).unwrap();
    assert!(text().contains("[temporary]\nvestibule_expiration = 20"), "{}", text());
    env.run(["whoami", "--profile", "temporary", "--region", "us-east-1"]).succeeded();
    write("temporary").succeeded();
    // Of the user, and of the config file.
    write("mine").exits_with(6).stderr_contains("was not written by vestibule");
    write("default").exits_with(6).stderr_contains("has settings in ~/.aws/config");
    let remove = |name: &str| env.run(["export-credentials", "--remove-profile", name]);
    remove("mine").exits_with(6);
    remove("temporary").succeeded().stderr_contains("Removed profile `temporary`");
    assert!(text().contains("[mine]") && !text().contains("temporary"), "{}", text());
    remove("temporary").succeeded().stderr_contains("has no profile `temporary`");
}
