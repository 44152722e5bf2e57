//! Plans: the config file before and after, and the profiles that changed.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use vestibule::config::{Dialect, Document, Edit};
use vestibule::{AccountId, Region, RoleName, SessionName, StartUrl};
use vestibule_sync::{AccountRoles, Assignments, Filter, Plan, PlannedProfile, Rules};

pub(crate) fn session() -> (SessionName, StartUrl) {
    let url = "https://my-org.awsapps.com/start";
    (SessionName::new("my-sso").unwrap(), StartUrl::new(url).unwrap())
}

/// Parses accounts such as `1 Sample: Admin ReadOnly`: id, name and roles.
pub(crate) fn assignments(lines: &[&str]) -> Assignments {
    let read = |line: &&str| {
        let (account, roles) = line.split_once(": ").unwrap();
        let (id, name) = account.split_once(' ').unwrap_or((account, ""));
        AccountRoles {
            account_id: AccountId::new(id).unwrap(),
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            roles: roles.split(' ').map(|role| RoleName::new(role).unwrap()).collect(),
        }
    };
    lines.iter().map(read).collect()
}

pub(crate) fn document(text: &str) -> Document {
    Document::parse(text, Dialect::Config)
}

#[track_caller]
pub(crate) fn check(
    before: &str,
    lines: &[&str],
    configure: impl FnOnce(Rules<'_>) -> Rules<'_>,
    expect: &Expect,
) -> String {
    let (name, url) = session();
    let rules = configure(Rules::new(&name, &url));
    let document = document(before);
    let assignments = assignments(lines);
    let plan = rules.plan(&assignments, &document);
    let after = Edit::apply_all(&plan.edits, &document).unwrap();
    expect.assert_eq(&format!("{}{}", after.text(), summary(&plan)));
    let again = rules.plan(&assignments, &after);
    assert!(again.edits.is_empty(), "not idempotent: {:?}", again.edits);
    after.to_string()
}

fn summary(plan: &Plan) -> String {
    let mut summary = "---\n".to_owned();
    let lists: [(&str, &[PlannedProfile]); 14] = [
        ("added", &plan.added),
        ("changed", &plan.changed),
        ("unchanged", &plan.unchanged),
        ("removed", &plan.removed),
        ("stale", &plan.stale),
        ("excluded", &plan.excluded),
        ("renamed", &plan.renamed),
        ("kept names", &plan.kept_names),
        ("not renamed", &plan.not_renamed),
        ("duplicates", &plan.duplicates),
        ("session suffixes", &plan.session_suffixes),
        ("unmanaged", &plan.unmanaged),
        ("name conflicts", &plan.name_conflicts),
        ("unprintable", &plan.unprintable),
    ];
    for (list, profiles) in lists.into_iter().filter(|(_, profiles)| !profiles.is_empty()) {
        let name = |profile: &PlannedProfile| match &profile.previous_name {
            Some(previous) => format!("{previous}->{}", profile.name),
            None => profile.name.clone(),
        };
        let names: Vec<_> = profiles.iter().map(name).collect();
        writeln!(summary, "{list}: {}", names.join(" ")).unwrap();
    }
    summary
}

#[test]
fn roles_without_profile_are_appended_in_name_order() {
    check(
        "# mine\n[profile mine]\nregion = eu-west-1",
        &["2 Zoo: Admin", "1 Sample Prod: ReadOnly Admin"],
        |rules| rules.with_region(Some(Region::new("eu-west-1").unwrap())),
        &expect![[r#"
            # mine
            [profile mine]
            region = eu-west-1

            [profile Sample-Prod-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            region = eu-west-1
            vestibule_sync = true

            [profile Sample-Prod-ReadOnly]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = ReadOnly
            region = eu-west-1
            vestibule_sync = true

            [profile Zoo-Admin]
            sso_session = my-sso
            sso_account_id = 2
            sso_role_name = Admin
            region = eu-west-1
            vestibule_sync = true
            ---
            added: Sample-Prod-Admin Sample-Prod-ReadOnly Zoo-Admin
        "#]],
    );
}

#[test]
fn managed_profile_is_corrected_and_keeps_added_keys() {
    check(
        "\
[profile Sample-Admin]
# I want text.
output = text
sso_session = my-sso
sso_account_id = 7   # old
sso_role_name = Admin
vestibule_sync = true
",
        &["1 Sample: Admin"],
        |rules| rules,
        &expect![[r#"
            [profile Sample-Admin]
            # I want text.
            output = text
            sso_session = my-sso
            sso_account_id = 1   # old
            sso_role_name = Admin
            vestibule_sync = true
            ---
            changed: Sample-Admin
        "#]],
    );
}

#[test]
fn role_with_unmanaged_profile_gets_no_second_one() {
    check(
        "\
[default]
sso_session = my-sso
sso_account_id = 1
sso_role_name = Admin

[profile ops]
sso_session = my-sso
sso_account_id = 1
sso_role_name = ReadOnly

[profile old]
sso_start_url = https://my-org.awsapps.com/start
sso_region = us-east-1
sso_account_id = 2
sso_role_name = Admin

[profile elsewhere]
sso_session = other
sso_account_id = 2
sso_role_name = ReadOnly
",
        &["1 One: Admin ReadOnly", "2 Two: Admin ReadOnly"],
        |rules| rules,
        &expect![[r#"
            [default]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin

            [profile ops]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = ReadOnly

            [profile old]
            sso_start_url = https://my-org.awsapps.com/start
            sso_region = us-east-1
            sso_account_id = 2
            sso_role_name = Admin

            [profile elsewhere]
            sso_session = other
            sso_account_id = 2
            sso_role_name = ReadOnly

            [profile One-Admin]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true

            [profile Two-ReadOnly]
            sso_session = my-sso
            sso_account_id = 2
            sso_role_name = ReadOnly
            vestibule_sync = true
            ---
            added: One-Admin Two-ReadOnly
            unmanaged: ops old
        "#]],
    );
}

#[test]
fn roles_with_equal_names_get_their_account_id_as_suffix() {
    let first = check(
        "",
        &["1 Sample: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile Sample-Admin]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        vestibule_sync = true
        ---
        added: Sample-Admin
    "#]],
    );
    // The role that has the name keeps it.
    check(
        &first,
        &["2 Sample: Admin", "1 Sample: Admin"],
        |rules| rules,
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
        unchanged: Sample-Admin
    "#]],
    );
    check(
        "",
        &["2 Sample: Admin", "1 Sample: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile Sample-Admin-1]
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
        added: Sample-Admin-1 Sample-Admin-2
    "#]],
    );
}

#[test]
fn reserved_name_is_not_assigned() {
    let other = "[profile Sample-Admin]\nregion = eu-west-1\n";
    check(
        other,
        &["1 Sample: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile Sample-Admin]
        region = eu-west-1

        [profile Sample-Admin-1]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        vestibule_sync = true
        ---
        added: Sample-Admin-1
    "#]],
    );
    check(
        "",
        &["1 Sample: Admin"],
        |rules| rules.with_reserved_names(["Sample-Admin".to_owned()]),
        &expect![[r#"
            [profile Sample-Admin-1]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = Admin
            vestibule_sync = true
            ---
            added: Sample-Admin-1
        "#]],
    );
    check(
        "",
        &["1 Sample: default a=b a?b"],
        |rules| rules.with_template("{role_name}".parse().unwrap()),
        &expect![[r#"
            [profile default-1]
            sso_session = my-sso
            sso_account_id = 1
            sso_role_name = default
            vestibule_sync = true
            ---
            added: default-1
            name conflicts: a-b a-b
        "#]],
    );
}

const THREE: &str = "\
[profile A-Admin]
sso_session = my-sso
sso_account_id = 1
sso_role_name = Admin
vestibule_sync = true

# mine
[profile B-Admin]
sso_session = my-sso
sso_account_id = 2
sso_role_name = Admin

[profile C-Admin]
sso_session = my-sso
sso_account_id = 3
sso_role_name = Admin
vestibule_sync = true

[profile D-Admin]
sso_session = other
sso_account_id = 4
sso_role_name = Admin
vestibule_sync = true
";

fn prune_excluded(rules: Rules<'_>) -> Rules<'_> {
    rules.with_pruning(true).with_filter(Filter::new(&["*"], &["A"]).unwrap())
}

#[test]
fn pruning_removes_managed_profiles_only() {
    check(
        THREE,
        &["1 A: Admin"],
        |rules| rules,
        &expect![[r#"
        [profile A-Admin]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        vestibule_sync = true

        # mine
        [profile B-Admin]
        sso_session = my-sso
        sso_account_id = 2
        sso_role_name = Admin

        [profile C-Admin]
        sso_session = my-sso
        sso_account_id = 3
        sso_role_name = Admin
        vestibule_sync = true

        [profile D-Admin]
        sso_session = other
        sso_account_id = 4
        sso_role_name = Admin
        vestibule_sync = true
        ---
        unchanged: A-Admin
        stale: C-Admin
    "#]],
    );
    check(
        THREE,
        &["1 A: Admin"],
        |rules| rules.with_pruning(true),
        &expect![[r#"
        [profile A-Admin]
        sso_session = my-sso
        sso_account_id = 1
        sso_role_name = Admin
        vestibule_sync = true

        # mine
        [profile B-Admin]
        sso_session = my-sso
        sso_account_id = 2
        sso_role_name = Admin

        [profile D-Admin]
        sso_session = other
        sso_account_id = 4
        sso_role_name = Admin
        vestibule_sync = true
        ---
        unchanged: A-Admin
        removed: C-Admin
    "#]],
    );
    check(
        THREE,
        &["1 A: Admin"],
        prune_excluded,
        &expect![[r#"
        # mine
        [profile B-Admin]
        sso_session = my-sso
        sso_account_id = 2
        sso_role_name = Admin

        [profile D-Admin]
        sso_session = other
        sso_account_id = 4
        sso_role_name = Admin
        vestibule_sync = true
        ---
        removed: A-Admin C-Admin
    "#]],
    );
}

#[test]
fn pruning_is_withheld_if_the_portal_lists_nothing() {
    let plan = |lines: &[&str], rules: fn(Rules<'_>) -> Rules<'_>| {
        let (name, url) = session();
        rules(Rules::new(&name, &url).with_pruning(true))
            .plan(&assignments(lines), &document(THREE))
    };
    let withheld = plan(&[], |rules| rules);
    assert!(withheld.is_pruning_withheld && withheld.edits.is_empty());
    assert_eq!(summary(&withheld), "---\nstale: A-Admin C-Admin\n");
    let forced = plan(&[], |rules| rules.with_pruning_of_all(true));
    assert!(!forced.is_pruning_withheld);
    assert_eq!(summary(&forced), "---\nremoved: A-Admin C-Admin\n");
    let excluded =
        plan(&["1 A: Admin"], |rules| rules.with_filter(Filter::new(&["*"], &["*"]).unwrap()));
    assert_eq!(summary(&excluded), "---\nremoved: A-Admin C-Admin\n");
}

#[test]
fn profile_that_stays_is_stale_excluded_or_of_another_name() {
    let (name, url) = session();
    let rules = Rules::new(&name, &url);
    let listed = assignments(&["1 A: Admin", "3 C: Admin"]);
    let excluding = rules.clone().with_filter(Filter::new(&[], &["C"]).unwrap());
    let plan = excluding.plan(&listed, &document(THREE));
    assert_eq!(summary(&plan), "---\nunchanged: A-Admin\nexcluded: C-Admin\n");
    let mut filtered = assignments(&["1 A: Admin"]);
    filtered.excluded = vec![AccountId::new("3").unwrap()];
    let plan = excluding.plan(&filtered, &document(THREE));
    assert_eq!(summary(&plan), "---\nunchanged: A-Admin\nexcluded: C-Admin\n");
    let other = rules.with_template("{account_id}-{role_name}".parse().unwrap());
    let plan = other.plan(&assignments(&["1 A: Admin"]), &document(THREE));
    assert_eq!(summary(&plan), "---\nunchanged: A-Admin\nstale: C-Admin\nkept names: A-Admin\n");
}

#[test]
fn role_with_invisible_characters_gets_no_profile() {
    let (name, url) = session();
    let listed = assignments(&["1 A: Ad\u{202e}min Admin\u{200b} Admin"]);
    let plan = Rules::new(&name, &url).plan(&listed, &document(""));
    assert_eq!(plan.added.len(), 1);
    assert_eq!(plan.unprintable.len(), 2);
}

#[test]
fn additions_write_new_profiles_and_change_no_other() {
    let (name, url) = session();
    let rules = Rules::new(&name, &url).with_region(Some(Region::new("eu-west-1").unwrap()));
    let existing = "[profile Sample-Admin]\nsso_session = my-sso\nsso_account_id = 111122223333\n\
                    sso_role_name = Admin\nvestibule_sync = true\n";
    let before = document(existing);
    let plan = rules.plan(&assignments(&["111122223333 Sample: Admin ReadOnly"]), &before);
    assert_eq!((plan.added.len(), plan.changed.len()), (1, 1));
    let after = Edit::apply_all(&plan.additions, &before).unwrap();
    assert!(after.text().starts_with(&format!("{existing}\n[profile Sample-ReadOnly]\n")));
}
