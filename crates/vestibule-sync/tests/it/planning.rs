//! Plans as people would see them: the text before and after, and what is said about it.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use vestibule::config::{Dialect, Document, Edit};
use vestibule::{AccountId, Region, RoleName, SessionName, StartUrl};
use vestibule_sync::{Assignments, Filter, Listed, Plan, Profile, Rules};

pub(crate) fn session() -> (SessionName, StartUrl) {
    let url = "https://my-org.awsapps.com/start";
    (SessionName::new("my-sso").unwrap(), StartUrl::new(url).unwrap())
}

/// `1 Sample: Admin ReadOnly` is an account with its id, its name and its roles.
pub(crate) fn assignments(lines: &[&str]) -> Assignments {
    let read = |line: &&str| {
        let (account, roles) = line.split_once(": ").unwrap();
        let (id, name) = account.split_once(' ').unwrap_or((account, ""));
        Listed {
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
fn check(
    before: &str,
    lines: &[&str],
    with: impl FnOnce(Rules<'_>) -> Rules<'_>,
    expect: &Expect,
) -> String {
    let (name, url) = session();
    let rules = with(Rules::new(&name, &url));
    let document = document(before);
    let assignments = assignments(lines);
    let plan = rules.plan(&assignments, &document);
    let after = Edit::apply_all(&plan.edits, &document).unwrap();
    expect.assert_eq(&format!("{}{}", after.text(), about(&plan)));
    let again = rules.plan(&assignments, &after);
    assert!(again.edits.is_empty(), "a second time: {:?}", again.edits);
    after.to_string()
}

fn about(plan: &Plan) -> String {
    let mut about = "---\n".to_owned();
    let lists: [(&str, &[Profile]); 7] = [
        ("added", &plan.added),
        ("changed", &plan.changed),
        ("kept", &plan.kept),
        ("removed", &plan.removed),
        ("stale", &plan.stale),
        ("others", &plan.others),
        ("nameless", &plan.nameless),
    ];
    for (what, profiles) in lists.into_iter().filter(|(_, profiles)| !profiles.is_empty()) {
        let names: Vec<_> = profiles.iter().map(|profile| profile.name.as_str()).collect();
        writeln!(about, "{what}: {}", names.join(" ")).unwrap();
    }
    about
}

#[test]
fn every_role_gets_a_profile_at_the_end_in_order_of_name() {
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
fn what_somebody_added_stays_and_what_is_wrong_is_mended() {
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
fn a_profile_by_hand_is_left_alone_and_the_role_gets_no_other() {
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
            others: ops old
        "#]],
    );
}

#[test]
fn who_shares_a_name_is_told_apart_by_the_account() {
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
    // Who has the name already, keeps it.
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
        kept: Sample-Admin
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
fn a_name_of_somebody_elses_is_not_taken() {
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
        |rules| rules.with_taken(["Sample-Admin".to_owned()]),
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
            nameless: a-b a-b
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

fn prunes_all(rules: Rules<'_>) -> Rules<'_> {
    rules.with_pruning(true).with_filter(Filter::new(&["*"], &["A"]).unwrap())
}

#[test]
fn only_what_is_ours_is_pruned_and_only_where_that_is_asked_for() {
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
        kept: A-Admin
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
        kept: A-Admin
        removed: C-Admin
    "#]],
    );
    check(
        THREE,
        &["1 A: Admin"],
        prunes_all,
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
