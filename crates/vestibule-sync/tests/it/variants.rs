//! Profiles with regions of accounts, and with programs.

use expect_test::expect;
use vestibule::{AccountId, Region, RoleName};
use vestibule_sync::{AccountRegions, AccountRoles, Assignments, Rules};

use crate::planning::{check, document, session};

#[test]
fn region_of_the_account_takes_precedence() {
    let regions: AccountRegions = "2*=eu-west-1".parse().unwrap();
    let region = Region::new("us-east-1").unwrap();
    let text = check(
        "",
        &["1 A: Admin", "2 B: Admin"],
        |rules| rules.with_region(Some(region)).with_account_regions(regions),
        &expect![[r#"
        [profile A-Admin]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        region = us-east-1
        vestibule_sync = true

        [profile B-Admin]
        sso_session = my-sso
        sso_account_id = 2
        sso_role_name = Admin
        region = eu-west-1
        vestibule_sync = true
        ---
        added: A-Admin B-Admin
    "#]],
    );
    assert!(text.contains("region = eu-west-1"));
}

#[test]
fn profile_changes_to_a_program_and_back() {
    let command = "vestibule export-credentials --sso-session my-sso";
    let session = check(
        "",
        &["1 A: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile A-Admin]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        vestibule_sync = true
        ---
        added: A-Admin
    "#]],
    );
    let process = check(
        &session,
        &["1 A: Admin"],
        |rules| rules.with_credential_process(Some(command.to_owned())),
        &expect![[r#"
        [profile A-Admin]
        vestibule_sync = true
        vestibule_sync_session = my-sso
        vestibule_sync_account_id = 1
        vestibule_sync_role_name = Admin
        credential_process = vestibule export-credentials --sso-session my-sso --account-id 1 --role-name Admin
        ---
        changed: A-Admin
    "#]],
    );
    let back = check(
        &process,
        &["1 A: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile A-Admin]
        vestibule_sync = true
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        ---
        changed: A-Admin
    "#]],
    );
    assert!(!back.contains("credential_process"));
}

#[test]
fn role_that_a_shell_would_read_gets_no_program() {
    let (name, url) = session();
    let assignments = Assignments::from_iter([AccountRoles {
        account_id: AccountId::new("1").unwrap(),
        name: None,
        roles: vec![RoleName::new("$(id)").unwrap()],
    }]);
    let rules = Rules::new(&name, &url).with_credential_process(Some("vestibule".to_owned()));
    let plan = rules.plan(&assignments, &document(""));
    assert!(plan.edits.is_empty());
    assert_eq!(plan.unprintable.len(), 1);
}
