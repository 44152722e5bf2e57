//! From what a person may use and what is there to what has to change.

use std::collections::{HashMap, HashSet};

use vestibule::config::{Document, Edit, Section, SectionKind};
use vestibule::{Region, SessionName, StartUrl};

use crate::mark::{MARK, MARKED};
use crate::present::{Present, profiles};
use crate::wanted::{Wanted, wanted};
use crate::{Assignments, Filter, Plan, Profile, Template, names};

/// The rules by which profiles are kept in step with what a person may use.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    session: &'a SessionName,
    start_url: &'a StartUrl,
    filter: Filter,
    template: Template,
    region: Option<Region>,
    default_region: Option<Region>,
    taken: HashSet<String>,
    prunes: bool,
}

impl<'a> Rules<'a> {
    /// A profile for every role, by [`Template::default`], and none removed.
    pub fn new(session: &'a SessionName, start_url: &'a StartUrl) -> Self {
        Self {
            session,
            start_url,
            filter: Filter::default(),
            template: Template::default(),
            region: None,
            default_region: None,
            taken: HashSet::new(),
            prunes: false,
        }
    }

    /// Only what passes the filter.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// What the profiles are called.
    #[must_use]
    pub fn with_template(mut self, template: Template) -> Self {
        self.template = template;
        self
    }

    /// The `region` of every profile; without it each keeps what it has.
    #[must_use]
    pub fn with_region(mut self, region: Option<Region>) -> Self {
        self.region = region;
        self
    }

    /// The `region` of profiles that have none: most programs will not work without one.
    #[must_use]
    pub fn with_default_region(mut self, region: Region) -> Self {
        self.default_region = Some(region);
        self
    }

    /// Names that are taken elsewhere: a profile of the credentials file is one with the profile of
    /// its name in the config file.
    #[must_use]
    pub fn with_taken(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.taken.extend(names);
        self
    }

    /// Removes profiles of ours that are no longer wanted: the portal does not list them, or the
    /// filter leaves them out. Nothing is removed where the list is not complete.
    #[must_use]
    pub fn with_pruning(mut self, prunes: bool) -> Self {
        self.prunes = prunes;
        self
    }

    /// What has to change in this text of the config file.
    pub fn plan(&self, assignments: &Assignments, document: &Document) -> Plan {
        let present = profiles(document, self.session, self.start_url);
        let mut plan = Plan::default();
        let mut roles = wanted(assignments, &self.filter);
        let others = others(&present);
        roles.retain(|role| match others.get(&role.key()) {
            Some(profile) => {
                plan.others.push(Profile::new(&*profile.name, profile.key()));
                false
            }
            None => true,
        });

        let name = |role: Wanted<'_>| self.template.name(&role, self.session);
        let mut made_up: Vec<_> = roles.into_iter().map(|role| (name(role), role)).collect();
        made_up.sort_by(|(name, role), (other, its)| (name, role.key()).cmp(&(other, its.key())));
        let names = names::assign(&made_up, &present, &self.taken(&present));

        let mut sets = Vec::new();
        let mut written = HashSet::new();
        for ((made_up, role), name) in made_up.iter().zip(names) {
            let Some(name) = name else {
                plan.nameless.push(Profile::new(made_up, role.key()));
                continue;
            };
            let old = document.section(SectionKind::Profile, &name);
            let edits = self.edits(&name, *role, old);
            let profile = Profile::new(&name, role.key());
            match old {
                None => plan.added.push(profile),
                Some(_) if edits.is_empty() => plan.kept.push(profile),
                Some(_) => plan.changed.push(profile),
            }
            sets.extend(edits);
            written.insert(name);
        }

        let unlisted: HashSet<_> =
            assignments.failed.iter().map(|failed| failed.account_id.as_str()).collect();
        let is_unwanted = |profile: &&Present<'_>| {
            profile.is_ours
                && !written.contains(&*profile.name)
                && !unlisted.contains(profile.key().0)
        };
        let unwanted = present.iter().filter(is_unwanted);
        let unwanted =
            unwanted.map(|profile| Profile::new(&*profile.name, profile.key())).collect();
        if self.prunes && assignments.is_complete() {
            plan.removed = unwanted;
        } else {
            plan.stale = unwanted;
        }
        let remove = |gone: &Profile| Edit::remove_section(SectionKind::Profile, &gone.name);
        plan.edits = plan.removed.iter().map(remove).chain(sets).collect();
        plan
    }

    /// The names that no profile of ours may have.
    fn taken<'b>(&'b self, present: &'b [Present<'_>]) -> HashSet<&'b str> {
        let others =
            present.iter().filter(|profile| !profile.is_ours).map(|profile| &*profile.name);
        // The default is chosen where nobody chooses; that is not for us to decide.
        self.taken.iter().map(String::as_str).chain(others).chain(["default"]).collect()
    }

    /// What is new, or different, in a profile; whatever else is in it stays.
    fn edits(&self, name: &str, role: Wanted<'_>, old: Option<Section<'_>>) -> Vec<Edit> {
        let (account_id, role) = role.key();
        let lacks_region = old.and_then(|section| section.get("region")).is_none();
        let default_region = self.default_region.as_ref().filter(|_| lacks_region);
        let region = self.region.as_ref().or(default_region);
        let region = region.map(|region| ("region", region.as_str()));
        let keys = [
            ("sso_session", self.session.as_str()),
            ("sso_account_id", account_id),
            ("sso_role_name", role),
        ];
        let keys = keys.into_iter().chain(region).chain([(MARK, MARKED)]);
        let differs = |&(key, value): &(&str, &str)| {
            let old = old.and_then(|section| section.get(key));
            old.is_none_or(|old| old.text() != value)
        };
        let set = |(key, value)| Edit::set(SectionKind::Profile, name, key, value);
        keys.filter(differs).map(set).collect()
    }
}

/// The profiles that somebody else wrote for roles for which we wrote none. The default does not
/// count: it says which role to take, and not what a role is called.
fn others<'a, 'b>(present: &'b [Present<'a>]) -> HashMap<(&'b str, &'b str), &'b Present<'a>> {
    let ours: HashSet<_> =
        present.iter().filter(|profile| profile.is_ours).map(Present::key).collect();
    let counts = |profile: &&Present<'_>| {
        profile.signs_in_here && profile.name != "default" && !ours.contains(&profile.key())
    };
    present.iter().filter(counts).map(|profile| (profile.key(), profile)).collect()
}
