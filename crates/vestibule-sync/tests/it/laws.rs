//! Properties that hold for every config file and every list.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use vestibule::config::{Document, Edit, SectionKind};
use vestibule_sync::{AccountRoles, MANAGED_MARKER, Rules};

use crate::planning::{document, session};

/// Sections as users, other tools and `configure sync` write them; names overlap with generated ones.
const SECTIONS: &[&str] = &[
    "# a comment\n\n",
    "[profile old]\nvestibule_sync = true\nsso_session = my-sso\nsso_account_id = 2\nsso_role_name = X\noutput = text\n",
    "[profile B-X]\nvestibule_sync = true\nsso_session = my-sso\nsso_account_id = 1\nsso_role_name = X\n",
    "[profile A-X]\nvestibule_sync = true\nsso_session = my-sso\nsso_account_id = 2\nsso_role_name = X\n",
    "[default]\nregion=eu-west-1\n",
    "[profile mine]\r\nsso_session = my-sso\r\nsso_account_id = 1\r\nsso_role_name = Admin\r\n",
    "[profile A-Admin]\nsso_session = my-sso\nsso_account_id = 1\nsso_role_name = Admin\nvestibule_sync = true\n\n",
    "[profile A-Admin-1]\nsso_session = my-sso\nsso_account_id = 1\nsso_role_name = Admin\nvestibule_sync = true\n",
    "# ours\n[profile B-Ops]\noutput=text\n  # near\nsso_session=my-sso\nvestibule_sync=true # keep\nsso_account_id=9\n\n\n",
    "[profile B-Ops]\ns3 =\n    addressing_style = path\n",
    "[profile gone]\nvestibule_sync = true\nsso_session = my-sso\nsso_account_id = 8\nsso_role_name = X\n",
    "[profile C-Ops]\nvestibule_sync = true\nsso_session = other\n",
    "; last\n[sso-session my-sso]\nsso_region = us-east-1",
    "\n",
];

fn texts() -> impl Strategy<Value = String> {
    vec(select(SECTIONS), 0..8).prop_map(|sections| {
        let with_line_feed = |section: &str| {
            if section.ends_with('\n') { section.to_owned() } else { format!("{section}\n") }
        };
        let last = sections.last().copied().unwrap_or_default();
        let text: String = sections.iter().map(|section| with_line_feed(section)).collect();
        if last.ends_with('\n') { text } else { text.trim_end().to_owned() }
    })
}

fn lists() -> impl Strategy<Value = Vec<AccountRoles>> {
    let account = (select(vec!["1", "2", "8", "9"]), select(vec!["A", "B", "", "é"]));
    let roles = vec(select(vec!["Admin", "Ops", "default", "X"]), 0..4);
    vec((account, roles), 0..5).prop_map(|accounts| {
        let listed = |((id, name), roles): ((&str, &str), Vec<&str>)| AccountRoles {
            account_id: id.parse().unwrap(),
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            roles: roles.into_iter().map(|role| role.parse().unwrap()).collect(),
        };
        accounts.into_iter().map(listed).collect()
    })
}

/// Returns the lines of a file without those of managed profiles.
fn unmanaged_lines(document: &Document) -> Vec<String> {
    let is_managed = |name: &str| {
        let section = document.section(SectionKind::Profile, name).unwrap();
        let is = |key, value: &str| section.get(key).is_some_and(|own| own.text() == value);
        is(MANAGED_MARKER, "true") && is("sso_session", "my-sso")
    };
    let names: Vec<_> = document.names(SectionKind::Profile).map(Cow::into_owned).collect();
    let remove = |name: &String| Edit::remove_section(SectionKind::Profile, name);
    let edits: Vec<_> = names.iter().filter(|name| is_managed(name)).map(remove).collect();
    let rest = Edit::apply_all(&edits, document).unwrap();
    rest.text().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plan_leaves_unmanaged_lines_alone_and_is_idempotent(
        text in texts(),
        list in lists(),
        is_pruning: bool,
    ) {
        let (name, url) = session();
        let rules = Rules::new(&name, &url).with_pruning(is_pruning);
        let before = document(&text);
        let assignments = list.into_iter().collect();
        let plan = rules.plan(&assignments, &before);
        let Ok(after) = Edit::apply_all(&plan.edits, &before) else { return Ok(()) };
        prop_assert_eq!(unmanaged_lines(&before), unmanaged_lines(&after));
        let removed = plan.removed.is_empty() && plan.changed.is_empty();
        prop_assert!(!removed || after.text().starts_with(&text));
        let again = rules.plan(&assignments, &after);
        prop_assert!(again.edits.is_empty(), "{:?}", again.edits);
        prop_assert_eq!(after.strict().is_ok(), before.strict().is_ok());
    }

    #[test]
    fn renaming_keeps_the_settings_of_every_listed_role_and_is_idempotent(
        text in texts(),
        list in lists(),
        is_pruning: bool,
    ) {
        let (name, url) = session();
        let rules = Rules::new(&name, &url).with_pruning(is_pruning).with_renaming(true);
        let before = document(&text);
        let assignments = list.into_iter().collect();
        let plan = rules.plan(&assignments, &before);
        let Ok(after) = Edit::apply_all(&plan.edits, &before) else { return Ok(()) };
        prop_assert_eq!(unmanaged_lines(&before), unmanaged_lines(&after));
        prop_assert_eq!(after.strict().is_ok(), before.strict().is_ok());
        for renamed in &plan.renamed {
            let section = |document: &Document, name: &str| {
                let section = document.section(SectionKind::Profile, name).unwrap();
                section.get("output").map(|value| value.text().into_owned())
            };
            let previous = renamed.previous_name.as_deref().unwrap();
            prop_assert_eq!(section(&before, previous), section(&after, &renamed.name));
        }
        let again = rules.plan(&assignments, &after);
        prop_assert!(again.edits.is_empty(), "{:?}", again.edits);
    }

    #[test]
    fn plan_has_every_role_once_and_unique_names(text in texts(), list in lists()) {
        let (name, url) = session();
        let mut roles: Vec<_> = list
            .iter()
            .flat_map(|account| account.roles.iter().map(|role| (account.account_id.to_string(), role.to_string())))
            .collect();
        roles.sort();
        roles.dedup();
        let plan = Rules::new(&name, &url).plan(&list.into_iter().collect(), &document(&text));
        let written = [&plan.added[..], &plan.changed, &plan.unchanged].concat();
        let all = [&written[..], &plan.unmanaged, &plan.name_conflicts].concat();
        let mut planned: Vec<_> = all.into_iter().map(|one| (one.account_id, one.role)).collect();
        planned.sort();
        prop_assert_eq!(planned, roles);
        let mut names: Vec<_> = written.into_iter().map(|one| one.name).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }
}
