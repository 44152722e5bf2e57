//! The profile of a folder, which `trust` confirms.

use serde_json::Value;

#[cfg(unix)]
use crate::support::in_terminal;
use crate::support::{CONFIG, Output, TestEnv};

/// Returns an environment with the profiles `dev` and `prod`, and a project folder that names `dev`.
fn env() -> TestEnv {
    let env = TestEnv::new();
    let more = "\n[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = us-east-2\n";
    env.write(".aws/config", &format!("{CONFIG}{more}"));
    env.write("work/.aws-profile", "# the test account\ndev\n");
    env.write("work/src/main.rs", "");
    env
}

/// Runs the program below the project folder.
fn run(env: &TestEnv, args: &[&str]) -> Output {
    env.vestibule(args).in_folder(&env.path("work/src")).run()
}

#[test]
fn directory_profile_is_used_once_it_is_trusted() {
    let env = env();
    let ran = run(&env, &["configure", "get", "region"]);
    ran.exits_with(6).stderr_contains("names the profile \"dev\", and you have not confirmed it");
    ran.stderr_contains("hint: vestibule trust");
    run(&env, &["trust"]).succeeded().stderr_contains("selects the profile dev from now on");
    assert_eq!(run(&env, &["configure", "get", "region"]).succeeded().stdout, "eu-west-1\n");
    let explained = run(&env, &["explain", "--json"]).succeeded().json();
    let origin = explained["decided"][0]["origin"].as_str().unwrap();
    assert_eq!(origin, "~/work/.aws-profile:2");
    let note = explained["notes"][0].as_str().unwrap();
    assert!(note.starts_with("other AWS tools do not read"), "{note}");
    let status = run(&env, &["status"]).stdout;
    assert!(status.is_empty() || status.starts_with("profile       dev ("), "{status}");
    // Another name is confirmed anew.
    env.write("work/.aws-profile", "prod\n");
    run(&env, &["explain"]).exits_with(6).stderr_contains("\"prod\"");
    env.write("work/.aws-profile", "dev\n");
    run(&env, &["trust", "--remove"]).succeeded();
    run(&env, &["explain"]).exits_with(6);
}

#[test]
fn options_and_variables_take_precedence_over_the_directory_profile() {
    let env = env();
    let region = |args: &[&str], variable: &str| {
        let args = [args, &["configure", "get", "region"]].concat();
        let ran = env.vestibule(args).in_folder(&env.path("work")).env("AWS_PROFILE", variable);
        ran.run().succeeded().stdout.clone()
    };
    // A file that is not trusted stops nothing that names its profile.
    assert_eq!(region(&["--profile", "prod"], ""), "us-east-2\n");
    assert_eq!(region(&[], "prod"), "us-east-2\n");
    run(&env, &["trust"]).succeeded();
    assert_eq!(region(&[], ""), "eu-west-1\n");
    assert_eq!(region(&["--profile", "prod"], ""), "us-east-2\n");
    assert_eq!(region(&[], "prod"), "us-east-2\n");
}

#[test]
fn keys_in_the_environment_take_precedence_over_the_directory_profile() {
    let env = env();
    run(&env, &["trust"]).succeeded();
    let ran = env.vestibule(["export-credentials"]).in_folder(&env.path("work"));
    let ran = ran.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "s");
    let keys: Value = ran.run().succeeded().json();
    assert_eq!(keys["AccessKeyId"], "AKIDEXAMPLE");
}

#[test]
fn commands_that_use_no_profile_run_in_a_folder_that_is_not_trusted() {
    let env = env();
    for args in [
        &["list-profiles"][..],
        &["status", "--all"],
        &["login", "--sso-session", "my-sso"],
        &["configure", "lint"],
        &["doctor"],
        &["completions", "bash"],
    ] {
        let ran = run(&env, args);
        assert!(!ran.stderr.contains(".aws-profile"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn directory_profile_is_announced_once_on_a_terminal() {
    let env = TestEnv::signed_in();
    let profile = "\n[profile dev]\nsso_session = my-sso\nsso_account_id = 111122223333\nsso_role_name = SampleRole\nregion = us-east-1\n";
    env.write(".aws/config", &format!("{CONFIG}{profile}"));
    env.write("work/src/x", "");
    env.write("work/.aws-profile", "dev\n");
    run(&env, &["trust"]).succeeded();
    assert_eq!(run(&env, &["exec", "--", "hostname"]).succeeded().stderr, "");
    let status = run(&env, &["status"]).succeeded().stdout.clone();
    assert!(status.starts_with("profile       dev ("), "{status}");
    for command in ["exec -- hostname", "whoami", "select --keep"] {
        let program = env!("CARGO_BIN_EXE_vestibule");
        let line = in_terminal(&format!("{program} {command}"));
        let ran = env.prepared(line).in_folder(&env.path("work")).run();
        let shown = &ran.succeeded().stdout;
        assert_eq!(shown.matches("Using profile ").count(), 1, "{shown}");
    }
}

#[test]
fn status_prompt_in_a_folder_that_is_not_trusted_prints_nothing() {
    let env = env();
    let ran = run(&env, &["status", "--prompt"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(6), "", ""));
}

#[test]
fn directory_profile_can_name_nothing_but_a_profile() {
    let env = env();
    env.write("work/.aws-profile", "[profile dev]\ncredential_process = echo\n");
    for args in [&["whoami"][..], &["trust"]] {
        run(&env, args).exits_with(6).stderr_contains("nothing else");
    }
    env.write("work/.aws-profile", "unknown\n");
    run(&env, &["trust"]).succeeded().stderr_contains("unknown is not defined");
    run(&env, &["whoami"]).exits_with(6).stderr_contains(".aws-profile:1");
    let ran = env.vestibule(["trust"]).in_folder(&env.path(".aws")).run();
    ran.exits_with(6).stderr_contains("has no .aws-profile");
}

#[test]
fn overridden_file_is_never_an_error() {
    let env = env();
    let keys = |args: &[&str]| {
        let ran = env.vestibule(args).in_folder(&env.path("work"));
        ran.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "s").run()
    };
    for content in ["dev\n", "[profile dev]\ncredential_process = echo\n"] {
        env.write("work/.aws-profile", content);
        assert_eq!(keys(&["export-credentials"]).succeeded().json()["AccessKeyId"], "AKIDEXAMPLE");
        keys(&["exec", "--", "hostname"]).succeeded();
        keys(&["explain"]).succeeded();
        assert!(!run(&env, &["explain", "dev"]).stderr.contains(".aws-profile"));
        // The profile decides here.
        keys(&["configure", "get", "region"]).exits_with(6);
        keys(&["login"]).exits_with(6);
        let web_identity = env.vestibule(["whoami"]).in_folder(&env.path("work"));
        let web_identity = web_identity
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere")
            .env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/SampleRole");
        web_identity.run().exits_with(6).stderr_contains("vestibule trust --ignore");
    }
}

#[test]
fn ignored_file_has_no_effect_until_it_is_trusted() {
    let env = env();
    env.write(".aws-profile", "prod\n");
    env.write("work/.aws-profile", "not a profile = x\n");
    let doctor = run(&env, &["doctor"]);
    assert!(doctor.stdout.contains("work/.aws-profile cannot be used"), "{doctor:?}");
    run(&env, &["trust", "--ignore"]).succeeded().stderr_contains("is ignored from now on");
    // That of the folder above is the nearest now.
    let doctor = run(&env, &["doctor"]);
    assert!(doctor.stdout.contains("names the profile \"prod\", and you have not"), "{doctor:?}");
    let home = env.path(".aws-profile").parent().unwrap().to_owned();
    let above = ["trust", "--ignore", home.to_str().unwrap()];
    run(&env, &above).succeeded();
    run(&env, &["configure", "get", "region", "--profile", "dev"]).succeeded();
    assert!(!run(&env, &["configure", "get", "region"]).stderr.contains(".aws-profile"));
    env.write("work/.aws-profile", "dev\n");
    run(&env, &["trust"]).succeeded();
    assert_eq!(run(&env, &["configure", "get", "region"]).succeeded().stdout, "eu-west-1\n");
    run(&env, &["trust", "--remove"]).succeeded().stderr_contains("vestibule trust --ignore");
    run(&env, &["configure", "get", "region"]).exits_with(6);
}
