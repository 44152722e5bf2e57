//! What holds for every file and every list.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use vestibule::config::{Document, Edit, SectionKind};
use vestibule_sync::{Listed, MARK, Rules};

use crate::planning::{document, session};

/// Sections as people, other tools and we write them; names overlap with those that are made up.
const SECTIONS: &[&str] = &[
    "# a comment\n\n",
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
        let ended = |section: &str| {
            if section.ends_with('\n') { section.to_owned() } else { format!("{section}\n") }
        };
        let last = sections.last().copied().unwrap_or_default();
        let text: String = sections.iter().map(|section| ended(section)).collect();
        if last.ends_with('\n') { text } else { text.trim_end().to_owned() }
    })
}

fn lists() -> impl Strategy<Value = Vec<Listed>> {
    let account = (select(vec!["1", "2", "8", "9"]), select(vec!["A", "B", "", "é"]));
    let roles = vec(select(vec!["Admin", "Ops", "default", "X"]), 0..4);
    vec((account, roles), 0..5).prop_map(|accounts| {
        let listed = |((id, name), roles): ((&str, &str), Vec<&str>)| Listed {
            account_id: id.parse().unwrap(),
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            roles: roles.into_iter().map(|role| role.parse().unwrap()).collect(),
        };
        accounts.into_iter().map(listed).collect()
    })
}

/// Everything in a file but the sections of ours.
fn of_others(document: &Document) -> Vec<String> {
    let ours = |name: &str| {
        let section = document.section(SectionKind::Profile, name).unwrap();
        let is = |key, value: &str| section.get(key).is_some_and(|own| own.text() == value);
        is(MARK, "true") && is("sso_session", "my-sso")
    };
    let names: Vec<_> = document.names(SectionKind::Profile).map(Cow::into_owned).collect();
    let remove = |name: &String| Edit::remove_section(SectionKind::Profile, name);
    let edits: Vec<_> = names.iter().filter(|name| ours(name)).map(remove).collect();
    let rest = Edit::apply_all(&edits, document).unwrap();
    rest.text().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_others_changes_and_a_second_time_nothing_does(
        text in texts(),
        list in lists(),
        prunes: bool,
    ) {
        let (name, url) = session();
        let rules = Rules::new(&name, &url).with_pruning(prunes);
        let before = document(&text);
        let assignments = list.into_iter().collect();
        let plan = rules.plan(&assignments, &before);
        let Ok(after) = Edit::apply_all(&plan.edits, &before) else { return Ok(()) };
        prop_assert_eq!(of_others(&before), of_others(&after));
        let removed = plan.removed.is_empty() && plan.changed.is_empty();
        prop_assert!(!removed || after.text().starts_with(&text));
        let again = rules.plan(&assignments, &after);
        prop_assert!(again.edits.is_empty(), "{:?}", again.edits);
        prop_assert_eq!(after.strict().is_ok(), before.strict().is_ok());
    }

    #[test]
    fn every_role_is_accounted_for_and_no_name_given_twice(text in texts(), list in lists()) {
        let (name, url) = session();
        let mut roles: Vec<_> = list
            .iter()
            .flat_map(|account| account.roles.iter().map(|role| (account.account_id.to_string(), role.to_string())))
            .collect();
        roles.sort();
        roles.dedup();
        let plan = Rules::new(&name, &url).plan(&list.into_iter().collect(), &document(&text));
        let written = [&plan.added[..], &plan.changed, &plan.kept].concat();
        let all = [&written[..], &plan.others, &plan.nameless].concat();
        let mut told: Vec<_> = all.into_iter().map(|one| (one.account_id, one.role)).collect();
        told.sort();
        prop_assert_eq!(told, roles);
        let mut names: Vec<_> = written.into_iter().map(|one| one.name).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }
}
