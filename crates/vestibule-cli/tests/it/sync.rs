//! `configure sync`.

use std::fs;
use std::time::Duration;

use expect_test::expect;
use vestibule_emulator::{Builder, Emulator, Operation};

use crate::support::Lab;

fn accounts(count: u64) -> Builder {
    (0..count).fold(Emulator::builder(), |builder, number| {
        let id = format!("{:012}", 200_000_000_000 + number);
        builder.account(&id, format!("Sample {number}")).role(&id, "Admin").role(&id, "ReadOnly")
    })
}

fn over(builder: Builder) -> Lab {
    let lab = Lab::over(builder);
    lab.run(["login"]).succeeded();
    lab
}

fn config(lab: &Lab) -> String {
    fs::read_to_string(lab.path(".aws/config")).unwrap()
}

#[test]
fn every_role_gets_a_profile_and_the_rest_of_the_file_stays() {
    let lab = over(accounts(2));
    let before = config(&lab);
    let preview = lab.run(["configure", "sync", "--sso-session", "my-sso", "--dry-run"]);
    preview.succeeded().says("Profiles for 2 accounts: 4 to add, 0 to change, 0 to remove");
    assert!(preview.stdout.contains("\n+[profile Sample-0-Admin]\n"), "{preview:?}");
    assert_eq!(config(&lab), before);

    lab.run(["configure", "sync", "--sso-session", "my-sso"])
        .succeeded()
        .says("Profiles for 2 accounts: 4 added, 0 changed, 0 removed, 0 as before.");
    let after = config(&lab);
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
    // The preview had asked for the roles already.
    assert_eq!(lab.emulator.count(Operation::ListAccountRoles), 2);
    let names = lab.run(["list-profiles"]);
    assert!(names.stdout.contains("Sample-1-ReadOnly\n"));
    lab.run(["whoami", "--profile", "Sample-1-ReadOnly"]).succeeded();

    let again = lab.run(["configure", "sync", "--sso-session", "my-sso"]);
    again.succeeded().says("2 accounts: 0 added, 0 changed, 0 removed, 4 as before.");
    assert_eq!(config(&lab), after);
}

#[test]
fn only_profiles_of_ours_are_pruned() {
    let lab = over(accounts(2));
    let before = config(&lab);
    lab.run(["configure", "sync"]).succeeded();
    let sync =
        ["configure", "sync", "--exclude", "*/Admin", "--template", "{account_id}.{role_name}"];
    lab.run(sync).succeeded().says("4 no longer listed, and still there: Sample-0-Admin, ");
    let pruned = lab.run([&sync[..], &["--prune", "--region", "eu-west-1", "--json"]].concat());
    let said = pruned.succeeded().json();
    assert_eq!(said["removed"].as_array().unwrap().len(), 4);
    assert_eq!(said["updated"].as_array().unwrap().len(), 2);
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
    .assert_eq(config(&lab).strip_prefix(&before).unwrap());
}

#[test]
fn a_misspelt_pattern_prunes_nothing() {
    let lab = over(accounts(2));
    lab.run(["configure", "sync"]).succeeded();
    let before = config(&lab);
    let sync = ["configure", "sync", "--include", "smaple*", "--prune"];
    lab.run(sync).ended(2).says("error: --include: nothing that you may use matches");
    assert_eq!(config(&lab), before);
}

#[test]
fn a_run_that_is_killed_is_gone_on_with() {
    let lab = over(accounts(60));
    let before = config(&lab);
    lab.vestibule(["configure", "sync"]).start().killed_after(Duration::from_millis(2_200));
    assert_eq!(config(&lab), before);
    let asked = lab.emulator.count(Operation::ListAccountRoles);
    assert!((20..60).contains(&asked), "{asked}");
    let said = lab.run(["configure", "sync", "--json"]).succeeded().json();
    assert_eq!((&said["accounts"], &said["roles"]), (&60.into(), &120.into()));
    let asked = lab.emulator.count(Operation::ListAccountRoles);
    assert!(asked <= 60 + 30, "{asked}");
    assert_eq!(lab.emulator.count(Operation::ListAccounts), 1);
}

#[test]
fn what_nobody_could_mean_is_refused_before_anything_is_asked() {
    let lab = Lab::new();
    lab.run(["configure", "sync", "--template", "{role}"])
        .ended(2)
        .says("error: --template: `{role}` is not known")
        .says("hint: vestibule configure sync --template");
    lab.run(["configure", "sync", "--include", "/"]).ended(2).says("`/` is no pattern");
    lab.run(["configure", "sync"]).ended(4).says("hint: vestibule login --sso-session my-sso");
    assert_eq!(lab.emulator.count(Operation::ListAccounts), 0);
}
