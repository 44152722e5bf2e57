//! `configure sync`.

use std::fs;
use std::time::{Duration, Instant};

use expect_test::expect;
use vestibule_emulator::{Builder, Emulator, Operation};

use crate::support::TestEnv;

fn accounts(count: u64) -> Builder {
    (0..count).fold(Emulator::builder(), |builder, number| {
        let id = format!("{:012}", 200_000_000_000 + number);
        builder.account(&id, format!("Sample {number}")).role(&id, "Admin").role(&id, "ReadOnly")
    })
}

fn over(builder: Builder) -> TestEnv {
    let env = TestEnv::with_emulator(builder);
    env.run(["login"]).succeeded();
    env
}

fn config(env: &TestEnv) -> String {
    fs::read_to_string(env.path(".aws/config")).unwrap()
}

#[test]
fn sync_adds_a_profile_per_role_and_changes_nothing_else() {
    let env = over(accounts(2));
    let before = config(&env);
    let preview = env.run(["configure", "sync", "--sso-session", "my-sso", "--dry-run"]);
    preview
        .succeeded()
        .stderr_contains("Profiles for 2 accounts: 4 to add, 0 to change, 0 to remove")
        .stderr_contains("Next: vestibule configure sync --sso-session my-sso\n");
    assert!(preview.stdout.contains("\n+[profile Sample-0-Admin]\n"), "{preview:?}");
    assert_eq!(config(&env), before);

    env.run(["configure", "sync", "--sso-session", "my-sso"])
        .succeeded()
        .stderr_contains("Profiles for 2 accounts: 4 added, 0 changed, 0 removed, 0 unchanged.")
        .stderr_contains("4 added: Sample-0-Admin, ")
        .stderr_contains("Next: vestibule exec Sample-0-Admin -- aws sts get-caller-identity\n");
    let after = config(&env);
    expect![[r#"

        [profile Sample-0-Admin]
        sso_session = my-sso
        sso_account_id = 200000000000
        sso_role_name = Admin
        region = us-east-1
        vestibule_sync = true

        [profile Sample-0-ReadOnly]
        sso_session = my-sso
        sso_account_id = 200000000000
        sso_role_name = ReadOnly
        region = us-east-1
        vestibule_sync = true

        [profile Sample-1-Admin]
        sso_session = my-sso
        sso_account_id = 200000000001
        sso_role_name = Admin
        region = us-east-1
        vestibule_sync = true

        [profile Sample-1-ReadOnly]
        sso_session = my-sso
        sso_account_id = 200000000001
        sso_role_name = ReadOnly
        region = us-east-1
        vestibule_sync = true
    "#]]
    .assert_eq(after.strip_prefix(&before).unwrap());
    // The preview had listed the roles already.
    assert_eq!(env.emulator.count(Operation::ListAccountRoles), 2);
    let names = env.run(["list-profiles"]);
    assert!(names.stdout.contains("Sample-1-ReadOnly\n"));
    env.run(["whoami", "--profile", "Sample-1-ReadOnly"]).succeeded();

    let again = env.run(["configure", "sync", "--sso-session", "my-sso"]);
    again.succeeded().stderr_contains("2 accounts: 0 added, 0 changed, 0 removed, 4 unchanged.");
    assert_eq!(config(&env), after);
}

#[test]
fn sync_prune_removes_managed_profiles_only() {
    let env = over(accounts(2));
    let before = config(&env);
    env.run(["configure", "sync"]).succeeded();
    let sync =
        ["configure", "sync", "--exclude", "*/Admin", "--template", "{account_id}.{role_name}"];
    env.run(sync)
        .succeeded()
        .stderr_contains(
            "2 excluded by --include or --exclude, kept without --prune: Sample-0-Admin, ",
        )
        .stderr_contains("2 renamed, with their settings and the references to them: ")
        .stderr_contains("Sample-0-ReadOnly -> 200000000000.ReadOnly");
    let pruned = env.run([&sync[..], &["--prune", "--region", "eu-west-1", "--json"]].concat());
    let json = pruned.succeeded().json();
    assert_eq!(json["removed"].as_array().unwrap().len(), 2);
    assert_eq!(json["updated"].as_array().unwrap().len(), 2);
    expect![[r#"

        [profile 200000000000.ReadOnly]
        sso_session = my-sso
        sso_account_id = 200000000000
        sso_role_name = ReadOnly
        region = eu-west-1
        vestibule_sync = true

        [profile 200000000001.ReadOnly]
        sso_session = my-sso
        sso_account_id = 200000000001
        sso_role_name = ReadOnly
        region = eu-west-1
        vestibule_sync = true
    "#]]
    .assert_eq(config(&env).strip_prefix(&before).unwrap());
}

#[test]
fn sync_include_without_a_match_is_an_error() {
    let env = over(accounts(2));
    env.run(["configure", "sync"]).succeeded();
    let before = config(&env);
    let sync = ["configure", "sync", "--include", "smaple*", "--prune"];
    env.run(sync).exits_with(2).stderr_contains("error: --include: no account or role matches");
    assert_eq!(config(&env), before);
}

#[test]
fn sync_killed_resumes_with_the_next_run() {
    let env = over(accounts(60));
    let before = config(&env);
    let mut sync = env.vestibule(["configure", "sync"]).start();
    let began = Instant::now();
    while env.emulator.count(Operation::ListAccountRoles) < 20 {
        sync.runs_for(Duration::from_millis(10));
        assert!(began.elapsed() < Duration::from_secs(60), "the listing does not begin");
    }
    sync.killed_after(Duration::ZERO);
    assert_eq!(config(&env), before);
    let asked = env.emulator.count(Operation::ListAccountRoles);
    assert!((20..60).contains(&asked), "{asked}");
    let json = env.run(["configure", "sync", "--json"]).succeeded().json();
    assert_eq!((&json["accounts"], &json["roles"]), (&60.into(), &120.into()));
    let asked = env.emulator.count(Operation::ListAccountRoles);
    assert!(asked <= 60 + 30, "{asked}");
    assert_eq!(env.emulator.count(Operation::ListAccounts), 1);
}

#[test]
fn sync_invalid_options_are_errors_before_any_request() {
    let env = TestEnv::new();
    env.run(["configure", "sync", "--template", "{role}"])
        .exits_with(2)
        .stderr_contains("error: --template: unknown placeholder `{role}`")
        .stderr_contains("hint: vestibule configure sync --template");
    env.run(["configure", "sync", "--include", "/"])
        .exits_with(2)
        .stderr_contains("invalid pattern `/`");
    env.run(["configure", "sync"])
        .exits_with(4)
        .stderr_contains("hint: vestibule login --sso-session my-sso");
    assert_eq!(env.emulator.count(Operation::ListAccounts), 0);
}

#[test]
fn sync_prune_of_an_empty_list_needs_force() {
    let env = over(Emulator::builder().account("200000000000", "Without roles"));
    let managed = "\n[profile Sample-Admin]\nsso_session = my-sso\nsso_account_id = 200000000000\n\
                   sso_role_name = Admin\nvestibule_sync = true\n";
    let without = config(&env);
    env.write(".aws/config", &format!("{without}{managed}"));
    let before = config(&env);
    let sync = ["configure", "sync", "--sso-session", "my-sso", "--prune"];
    env.run(sync)
        .exits_with(1)
        .stderr_contains(
            "error: the access portal lists no roles, and --prune would remove all managed profiles (1)",
        )
        .stderr_contains("hint: vestibule configure sync --sso-session my-sso --prune --force");
    assert_eq!(config(&env), before);
    let forced = env.run([&sync[..], &["--force"]].concat());
    forced.succeeded().stderr_contains("1 removed");
}

#[test]
fn sync_uses_regions_tags_and_conversions_of_the_session() {
    let env = over(accounts(2));
    let lines = "vestibule_sync_regions = *1=eu-west-1\nvestibule_sync_tags = Sample 1=env:Prod\n";
    env.write(".aws/config", &format!("{}{lines}", config(&env)));
    let template = "{tag:env:lower}/{account_name:kebab}/{role_name:snake}";
    let args = ["configure", "sync", "--template", template, "--include", "tag:env=prod"];
    env.run(args).succeeded();
    let after = config(&env);
    assert!(after.contains("[profile prod/sample-1/read_only]"), "{after}");
    assert!(after.contains("region = eu-west-1") && !after.contains("sample-0"), "{after}");
    env.write(".aws/config", &after.replace("*1=eu-west-1", "nonsense"));
    env.run(["configure", "sync"]).exits_with(6).stderr_contains("expected ACCOUNT=REGION");
}

#[test]
fn configured_tags_of_accounts_are_listed_and_filtered() {
    let env = over(accounts(2));
    let plain = env.run(["list-accounts"]).succeeded().stdout.clone();
    assert_eq!(plain.lines().next().unwrap().split('\t').count(), 3, "{plain}");
    let lines = "vestibule_sync_tags = Sample 1=env:prod team:data, *=env:dev\n";
    env.write(".aws/config", &format!("{}{lines}", config(&env)));
    let listed = env.run(["list-accounts", "--filter", "TEAM:data"]).succeeded().stdout.clone();
    assert_eq!(listed.lines().count(), 1, "{listed}");
    assert!(listed.ends_with("\tenv:prod team:data\n"), "{listed}");
    let json = env.run(["list-accounts", "--json", "--filter", "env:prod"]).succeeded().json();
    assert_eq!(json[0]["tags"], serde_json::json!({ "env": "prod", "team": "data" }));
    assert_eq!(json.as_array().unwrap().len(), 1);
    let roles = env.run(["list-roles", "--csv", "--filter", "env:dev"]).succeeded().stdout.clone();
    assert!(
        roles.starts_with("account,name,role,tags\n") && !roles.contains("Sample 1"),
        "{roles}"
    );
    env.write(".aws/config", &config(&env).replace("env:prod", "prod"));
    env.run(["list-accounts"]).exits_with(6).stderr_contains("expected ACCOUNT=KEY:VALUE");
}

// The path of the program has other characters on Windows.
#[cfg(unix)]
#[test]
fn sync_writes_programs_for_tools_without_sso_sessions() {
    let env = over(accounts(1));
    env.run(["configure", "sync", "--credential-process"]).succeeded();
    let after = config(&env);
    let (_, profile) = after.split_once("[profile Sample-0-Admin]").unwrap();
    let (profile, _) = profile.split_once("[profile").unwrap();
    assert!(!profile.contains("\nsso_"), "{profile}");
    let identity = env.run(["whoami", "Sample-0-Admin"]).succeeded().json();
    assert_eq!(identity["Account"], "200000000000");
    env.run(["status", "-p", "Sample-0-Admin"]).succeeded();
    env.run(["login", "-p", "Sample-0-Admin"]).succeeded().stderr_contains("Already signed in");
    let listed = env.run(["list-profiles", "--long"]).succeeded().stdout.clone();
    let row = "Sample-0-Admin\t200000000000\tSample 0\tAdmin\tus-east-1\tmy-sso\n";
    assert!(listed.contains(row), "{listed}");
    env.run(["logout", "-p", "Sample-0-Admin"]).succeeded().stderr_contains("Signed out of my-sso");
    env.run(["login", "-p", "Sample-0-Admin"]).succeeded().stderr_contains("Signed in to my-sso");
    // It is still managed.
    env.run(["configure", "sync"]).succeeded().stderr_contains("2 changed");
    assert!(!config(&env).contains("credential_process"));
}

#[test]
fn sync_with_a_new_template_renames_profiles_and_keeps_their_settings() {
    let env = over(accounts(2));
    env.run(["configure", "sync"]).succeeded();
    let own = "\n[profile prod]\nsource_profile = Sample-1-Admin\n\
               role_arn = arn:aws:iam::111122223333:role/SampleRole\n";
    env.write(".aws/config", &format!("{}{own}", config(&env)));
    for (key, value) in [("region", "eu-west-1"), ("output", "yaml")] {
        env.run(["configure", "set", key, value, "-p", "Sample-1-Admin"]).succeeded();
    }
    let before = config(&env);

    let sync = ["configure", "sync", "--template", "x.{account_name:kebab}.{role_name}", "--prune"];
    let preview = env.run([&sync[..], &["--dry-run"]].concat());
    preview.succeeded().stderr_contains(
        "Profiles for 2 accounts: 0 to add, 0 to change, 0 to remove, 4 to rename, 0 unchanged.",
    );
    assert!(preview.stdout.contains("\n+source_profile = x.sample-1.Admin\n"), "{preview:?}");
    assert_eq!(config(&env), before);
    let json = env.run([&sync[..], &["--dry-run", "--json"]].concat()).succeeded().json();
    assert_eq!(json["renamed"][2]["profile"], "x.sample-1.Admin");
    assert_eq!(json["renamed"][2]["previousProfile"], "Sample-1-Admin");

    env.run(sync)
        .succeeded()
        .stderr_contains("0 added, 0 changed, 0 removed, 4 renamed, 0 unchanged.")
        .stderr_contains("hint: for later runs: vestibule configure set vestibule_sync_template ");
    assert_eq!(
        config(&env),
        before
            .replace("Sample-", "x.sample-")
            .replace("-Admin", ".Admin")
            .replace("-ReadOnly", ".ReadOnly")
    );
    let region = env.run(["configure", "get", "region", "-p", "x.sample-1.Admin"]);
    assert_eq!(region.succeeded().stdout, "eu-west-1\n");

    // Without the option the profiles keep their names.
    let again = env.run(["configure", "sync"]);
    again
        .succeeded()
        .stderr_contains("0 added, 0 changed, 0 removed, 4 unchanged.")
        .stderr_contains("4 kept under their names, though the template gives others: x.sample-0.")
        .stderr_contains(
            "hint: to rename them: vestibule configure sync --template '{account_name}",
        );
}

#[test]
fn sync_does_not_rename_a_profile_to_which_the_credentials_file_refers() {
    let env = over(accounts(1));
    env.run(["configure", "sync"]).succeeded();
    env.write(".aws/credentials", "[other]\nsource_profile = Sample-0-Admin\n");
    env.run(["configure", "sync", "--template", "{account_id}.{role_name}"])
        .succeeded()
        .stderr_contains("1 renamed, with")
        .stderr_contains("1 not renamed: the new name is taken, or a reference to the old one cannot be changed: Sample-0-Admin");
    assert!(config(&env).contains("[profile Sample-0-Admin]"));
}

#[test]
fn commands_that_list_sign_in_with_login() {
    for command in [
        &["configure", "sync"][..],
        &["list-accounts"],
        &["list-roles", "--account-id", "200000000000"],
    ] {
        let env = TestEnv::with_emulator(accounts(1));
        env.run(command).exits_with(4);
        let signed_in = env.run([command, &["--login", "--sso-session", "my-sso"]].concat());
        signed_in.succeeded().stderr_contains("Signed in to my-sso");
    }
}

#[test]
fn sync_stopped_by_timeout_says_that_it_continues() {
    let env = over(accounts(60));
    env.run(["configure", "sync", "--timeout", "1s"])
        .exits_with(1)
        .stderr_contains("error: Timed out after 1s (--timeout)")
        .stderr_contains("hint: run the same command again: it continues");
}
