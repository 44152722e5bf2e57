//! Names of existing profiles: kept, or changed on request together with the references to them.

use expect_test::expect;
use vestibule_sync::{Rules, referenced_profiles};

use crate::planning::{check, document};

const BEFORE: &str = "\
# ours
[profile Sample-Admin]
sso_session = my-sso
sso_account_id = 1
sso_role_name = Admin
region = eu-west-1
output = yaml
vestibule_sync = true

[profile prod]
source_profile = Sample-Admin # base
role_arn = arn:aws:iam::111122223333:role/Deployer
";

fn by_id(rules: Rules<'_>) -> Rules<'_> {
    rules.with_template("{account_id}.{role_name}".parse().unwrap())
}

#[test]
fn profile_keeps_its_name_under_another_template() {
    check(
        BEFORE,
        &["1 Sample: Admin ReadOnly"],
        |rules| by_id(rules).with_pruning(true),
        &expect![[r#"
            # ours
            [profile Sample-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            region = eu-west-1
            output = yaml
            vestibule_sync = true

            [profile prod]
            source_profile = Sample-Admin # base
            role_arn = arn:aws:iam::111122223333:role/Deployer

            [profile 1.ReadOnly]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = ReadOnly
            vestibule_sync = true
            ---
            added: 1.ReadOnly
            unchanged: Sample-Admin
            kept names: Sample-Admin
        "#]],
    );
}

#[test]
fn renamed_profile_keeps_its_settings_and_references() {
    check(
        BEFORE,
        &["1 Sample: Admin"],
        |rules| by_id(rules).with_renaming(true).with_pruning(true),
        &expect![[r#"
            # ours
            [profile 1.Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            region = eu-west-1
            output = yaml
            vestibule_sync = true

            [profile prod]
            source_profile = 1.Admin # base
            role_arn = arn:aws:iam::111122223333:role/Deployer
            ---
            renamed: Sample-Admin->1.Admin
        "#]],
    );
}

#[test]
fn profile_with_a_reference_that_is_not_edited_is_not_renamed() {
    let credentials = document("[profile other]\nsource_profile = Sample-Admin\n");
    let names = referenced_profiles(&credentials);
    check(
        BEFORE,
        &["1 Sample: Admin"],
        |rules| by_id(rules).with_renaming(true).with_pinned_names(names),
        &expect![[r#"
            # ours
            [profile Sample-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            region = eu-west-1
            output = yaml
            vestibule_sync = true

            [profile prod]
            source_profile = Sample-Admin # base
            role_arn = arn:aws:iam::111122223333:role/Deployer
            ---
            unchanged: Sample-Admin
            not renamed: Sample-Admin
        "#]],
    );
    check(
        &format!("{BEFORE}this line is an error\n"),
        &["1 Sample: Admin"],
        |rules| by_id(rules).with_renaming(true),
        &expect![[r#"
            # ours
            [profile Sample-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            region = eu-west-1
            output = yaml
            vestibule_sync = true

            [profile prod]
            source_profile = Sample-Admin # base
            role_arn = arn:aws:iam::111122223333:role/Deployer
            this line is an error
            ---
            unchanged: Sample-Admin
            not renamed: Sample-Admin
        "#]],
    );
}

/// Returns a managed profile.
fn managed(name: &str, account: u32) -> String {
    format!(
        "[profile {name}]\nsso_session = my-sso\nsso_account_id = {account}\n\
         sso_role_name = Admin\nvestibule_sync = true\n"
    )
}

#[test]
fn profile_is_renamed_to_a_name_that_becomes_free() {
    check(
        &[managed("2-Admin", 1), managed("1-Admin", 2), managed("b", 3), managed("3-Admin", 4)]
            .concat(),
        &["1 A: Admin", "2 B: Admin", "3 C: Admin", "4 D: Admin"],
        |rules| {
            let template = "{account_id}-{role_name}".parse().unwrap();
            rules.with_template(template).with_renaming(true)
        },
        &expect![[r#"
            [profile 2-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            [profile 1-Admin]
            sso_session = my-sso
            sso_account_id = 2
            sso_role_name = Admin
            vestibule_sync = true
            [profile 3-Admin]
            sso_session = my-sso
            sso_account_id = 3
            sso_role_name = Admin
            vestibule_sync = true
            [profile 4-Admin]
            sso_session = my-sso
            sso_account_id = 4
            sso_role_name = Admin
            vestibule_sync = true
            ---
            unchanged: 2-Admin 1-Admin
            renamed: b->3-Admin 3-Admin->4-Admin
            not renamed: 2-Admin 1-Admin
        "#]],
    );
}

#[test]
fn duplicate_is_removed_unless_it_has_settings_of_its_own() {
    let duplicate = format!("{}output = text\n", managed("own", 1));
    let before = [managed("A-Admin", 1), managed("old", 1), duplicate];
    let reference = "[profile prod]\nsource_profile = old\n";
    check(
        &format!("{}{reference}", before.concat()),
        &["1 A: Admin"],
        |rules| rules,
        &expect![[r#"
            [profile A-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            [profile old]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            [profile own]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            output = text
            [profile prod]
            source_profile = old
            ---
            unchanged: A-Admin
            duplicates: old own
        "#]],
    );
    check(
        &format!("{}{reference}", before.concat()),
        &["1 A: Admin"],
        |rules| rules.with_pruning(true),
        &expect![[r#"
            [profile A-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            [profile own]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            output = text
            [profile prod]
            source_profile = A-Admin
            ---
            unchanged: A-Admin
            removed: old
            duplicates: own
        "#]],
    );
}

#[test]
fn name_of_another_session_gets_the_session_as_suffix() {
    let other = managed("Sample-Admin", 9).replace("my-sso", "other");
    check(
        &other,
        &["1 Sample: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile Sample-Admin]
        sso_session = other
        sso_account_id = 9
        sso_role_name = Admin
        vestibule_sync = true

        [profile Sample-Admin-my-sso]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        vestibule_sync = true
        ---
        added: Sample-Admin-my-sso
        session suffixes: Sample-Admin-my-sso
    "#]],
    );
}

#[test]
fn name_of_an_excluded_profile_is_not_taken() {
    check(
        &managed("Sample-Admin", 1),
        &["1 Sample: Admin", "2 Sample: Admin"],
        |rules| rules.with_filter(vestibule_sync::Filter::new(&["2"], &[]).unwrap()),
        &expect![[r#"
            [profile Sample-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true

            [profile Sample-Admin-2]
            sso_session = my-sso
            sso_account_id = 2
            sso_role_name = Admin
            vestibule_sync = true
            ---
            added: Sample-Admin-2
            excluded: Sample-Admin
        "#]],
    );
}
