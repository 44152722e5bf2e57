//! Sessions and profiles that a team shares.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use vestibule::config::{Dialect, Document, Edit, Section, SectionKind};

/// The first line of a registry.
pub const REGISTRY_HEADER: &str = "# vestibule-registry 1";

/// The key that marks a section as managed by a registry; its value is the name of the registry.
///
/// Users take a section over by removing the line.
pub const REGISTRY_MARKER: &str = "vestibule_registry";

/// The keys of sessions that a registry may set.
const SESSION_KEYS: [&str; 6] = [
    "sso_start_url",
    "sso_region",
    "sso_registration_scopes",
    "vestibule_sync_regions",
    "vestibule_sync_tags",
    "vestibule_sync_template",
];

/// The keys of profiles that a registry may set: none that runs a program, trusts a certificate, sends
/// requests elsewhere, or has a secret.
const PROFILE_KEYS: [&str; 17] = [
    "defaults_mode",
    "duration_seconds",
    "external_id",
    "max_attempts",
    "output",
    "region",
    "retry_mode",
    "role_arn",
    "role_session_name",
    "s3_us_east_1_regional_endpoint",
    "source_profile",
    "sso_account_id",
    "sso_role_name",
    "sso_session",
    "sts_regional_endpoints",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
];

const KINDS: [SectionKind; 2] = [SectionKind::SsoSession, SectionKind::Profile];

/// The text of a registry, checked: sessions and profiles in the format of the config file.
#[derive(Clone, Debug)]
pub struct Registry {
    document: Document,
}

/// Error returned when a text is not a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRegistry {
    line: u32,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Header,
    Syntax(String),
    Services,
    Key(String),
    Nested(String),
    Foreign(String, String),
    Default,
    Unprintable,
}

impl fmt::Display for InvalidRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        let printable = vestibule_types::printable;
        match &self.problem {
            Problem::Header => write!(f, "expected `{REGISTRY_HEADER}`"),
            Problem::Syntax(expected) => write!(f, "expected {expected}"),
            Problem::Services => f.write_str("a registry has no [services] sections"),
            Problem::Key(key) => write!(f, "a registry must not set `{}`", printable(key)),
            Problem::Nested(key) => write!(f, "`{}` must be one line", printable(key)),
            Problem::Foreign(key, name) => {
                let (key, name) = (printable(key), printable(name));
                write!(f, "`{key}` names `{name}`, which the registry does not define")
            }
            Problem::Default => f.write_str("a registry must not define [default]"),
            Problem::Unprintable => {
                f.write_str("names and values must not have control or invisible characters")
            }
        }
    }
}

impl std::error::Error for InvalidRegistry {}

/// The changes that bring a config file up to date with a registry.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RegistryPlan {
    /// The changes, for [`Edit::apply_all`].
    pub edits: Vec<Edit>,
    /// Headers of new sections, such as `profile dev`.
    pub added: Vec<String>,
    /// Headers of sections whose settings change.
    pub changed: Vec<String>,
    /// Headers of managed sections that are up to date.
    pub unchanged: Vec<String>,
    /// Headers of managed sections that are removed.
    pub removed: Vec<String>,
    /// Headers of managed sections that the registry no longer has, and that are not removed.
    pub stale: Vec<String>,
    /// Headers of sections of the user, or of another registry, which are left alone.
    pub conflicts: Vec<String>,
}

impl Registry {
    /// Parses and checks a registry. One invalid line makes all of it invalid.
    ///
    /// # Errors
    /// The header is missing, the syntax is invalid, or a section or key is not one that a registry
    /// may set.
    pub fn parse(text: &str) -> Result<Self, InvalidRegistry> {
        let error = |line, problem| Err(InvalidRegistry { line, problem });
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        if first.trim_end() != REGISTRY_HEADER {
            return error(1, Problem::Header);
        }
        let document = Document::parse(text, Dialect::Config);
        if let Some(problem) = document.problems().first() {
            return error(problem.line(), Problem::Syntax(problem.expected().into_owned()));
        }
        if let Some(name) = document.names(SectionKind::Services).next() {
            let section = document.section(SectionKind::Services, &name);
            return error(section.map_or(1, |section| section.line()), Problem::Services);
        }
        for (kind, section) in sections(&document) {
            check(&document, kind, section)?;
        }
        Ok(Self { document })
    }

    /// Returns the changes to a config file for the registry of this name. Sections without its
    /// marker are left alone; keys that the user added to managed sections stay.
    pub fn plan(&self, name: &str, config: &Document, is_pruning: bool) -> RegistryPlan {
        let mut plan = RegistryPlan::default();
        let mut written = HashSet::new();
        for (kind, section) in sections(&self.document) {
            let title = title(kind, &section.name());
            written.insert(title.clone());
            let old = config.section(kind, &section.name());
            if old.is_some_and(|old| !is_managed(old, name)) {
                plan.conflicts.push(title);
                continue;
            }
            let edits = edits(name, kind, section, old);
            match old {
                None => plan.added.push(title),
                Some(_) if edits.is_empty() => plan.unchanged.push(title),
                Some(_) => plan.changed.push(title),
            }
            plan.edits.extend(edits);
        }
        for (kind, section) in sections(config) {
            let title = title(kind, &section.name());
            if !is_managed(section, name) || written.contains(&title) {
                continue;
            }
            if is_pruning {
                plan.edits.push(Edit::remove_section(kind, section.name()));
                plan.removed.push(title);
            } else {
                plan.stale.push(title);
            }
        }
        plan
    }
}

/// Returns the changes that remove all sections of a registry from a config file.
pub fn plan_removal(name: &str, config: &Document) -> RegistryPlan {
    let empty = Registry { document: Document::parse("", Dialect::Config) };
    empty.plan(name, config, true)
}

/// Returns the sessions and profiles, in the order of the file for each kind.
fn sections(document: &Document) -> Vec<(SectionKind, Section<'_>)> {
    let of_kind = |kind| {
        let sections = document
            .names(kind)
            .filter_map(move |name: Cow<'_, str>| Some((kind, document.section(kind, &name)?)));
        sections.collect::<Vec<_>>()
    };
    KINDS.into_iter().flat_map(of_kind).collect()
}

fn title(kind: SectionKind, name: &str) -> String {
    format!("{} {name}", kind.keyword())
}

fn is_managed(section: Section<'_>, registry: &str) -> bool {
    section.get(REGISTRY_MARKER).is_some_and(|value| value.text() == registry)
}

fn keys(kind: SectionKind) -> &'static [&'static str] {
    if kind == SectionKind::SsoSession { &SESSION_KEYS } else { &PROFILE_KEYS }
}

fn check(
    document: &Document,
    kind: SectionKind,
    section: Section<'_>,
) -> Result<(), InvalidRegistry> {
    let error = |line, problem| Err(InvalidRegistry { line, problem });
    let is_printable = |text: &str| vestibule_types::printable(text) == text;
    if !is_printable(&section.name()) {
        return error(section.line(), Problem::Unprintable);
    }
    if kind == SectionKind::Profile && section.name() == "default" {
        return error(section.line(), Problem::Default);
    }
    for value in section.properties() {
        let key = value.key();
        if !keys(kind).contains(&key) {
            return error(value.line(), Problem::Key(key.to_owned()));
        }
        if value.is_block() {
            return error(value.line(), Problem::Nested(key.to_owned()));
        }
        let text = value.text();
        if !is_printable(&text) {
            return error(value.line(), Problem::Unprintable);
        }
        // A name that the user defines would lend the user's credentials to a role of the registry.
        let referred = match key {
            "sso_session" => Some(SectionKind::SsoSession),
            "source_profile" => Some(SectionKind::Profile),
            _ => None,
        };
        if referred.is_some_and(|kind| document.section(kind, &text).is_none()) {
            return error(value.line(), Problem::Foreign(key.to_owned(), text.into_owned()));
        }
    }
    Ok(())
}

fn edits(
    registry: &str,
    kind: SectionKind,
    section: Section<'_>,
    old: Option<Section<'_>>,
) -> Vec<Edit> {
    let name = section.name();
    let old_text = |key: &str| old.and_then(|old| old.get(key)).map(|value| value.text());
    let is_gone = |key: &&&str| section.get(key).is_none() && old_text(key).is_some();
    let removals = keys(kind).iter().filter(is_gone);
    let removals = removals.map(|key| Edit::remove(kind, name.clone(), *key));
    let mut edits: Vec<Edit> = removals.collect();
    let mut set = |key: &str, text: &str| {
        if old_text(key).as_deref() != Some(text) {
            edits.push(Edit::set(kind, name.clone(), key, text));
        }
    };
    for value in section.properties() {
        set(value.key(), &value.text());
    }
    set(REGISTRY_MARKER, registry);
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# vestibule-registry 1
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
region = eu-west-1
";

    fn config(text: &str) -> Document {
        Document::parse(text, Dialect::Config)
    }

    fn plan(registry: &str, config_text: &str, is_pruning: bool) -> (RegistryPlan, String) {
        let document = config(config_text);
        let plan = Registry::parse(registry).unwrap().plan("team", &document, is_pruning);
        let text = Edit::apply_all(&plan.edits, &document).unwrap().text().to_owned();
        (plan, text)
    }

    #[test]
    fn sections_are_added_with_a_mark_and_updated() {
        let (added, text) = plan(TEXT, "[profile mine]\nregion = us-east-1\n", false);
        assert_eq!(added.added, ["sso-session corp", "profile dev"]);
        assert_eq!(text.matches("vestibule_registry = team").count(), 2, "{text}");
        assert!(plan(TEXT, &text, false).0.edits.is_empty());
        // A key of the user stays; one that the registry no longer has goes.
        let own = text.replace("sso_role_name = Dev", "sso_role_name = Dev\ncli_pager =");
        let newer = TEXT.replace("region = eu-west-1\n", "output = json\n");
        let (changed, text) = plan(&newer, &own, false);
        assert_eq!(changed.changed, ["profile dev"]);
        assert!(text.contains("output = json") && text.contains("cli_pager"), "{text}");
        assert!(!text.contains("eu-west-1"), "{text}");
    }

    #[test]
    fn sections_of_the_user_are_left_alone() {
        let own = "[profile dev]\nregion = us-west-2\n";
        let (left, text) = plan(TEXT, own, true);
        assert_eq!(left.conflicts, ["profile dev"]);
        assert!(text.starts_with(own));
        let other = format!("{own}vestibule_registry = other\n");
        assert_eq!(plan(TEXT, &other, true).0.conflicts, ["profile dev"]);
    }

    #[test]
    fn sections_that_are_gone_are_removed_on_request() {
        let (_, text) = plan(TEXT, "[profile mine]\nregion = us-east-1\n", false);
        let (fewer, _) = TEXT.split_once("[profile dev]").unwrap();
        assert_eq!(plan(fewer, &text, false).0.stale, ["profile dev"]);
        let (pruned, text) = plan(fewer, &text, true);
        assert_eq!(pruned.removed, ["profile dev"]);
        assert!(!text.contains("[profile dev]") && text.contains("[profile mine]"));
        let document = config(&text);
        let removal = plan_removal("team", &document);
        let text = Edit::apply_all(&removal.edits, &document).unwrap().text().to_owned();
        assert!(text.contains("[profile mine]") && !text.contains("corp"), "{text}");
    }

    #[test]
    fn hostile_registry_is_an_error_as_a_whole() {
        for (line, problem) in [
            (
                "credential_process = sh -c evil",
                "line 11: a registry must not set `credential_process`",
            ),
            ("web_identity_token_file = /etc/passwd", "must not set"),
            ("endpoint_url = http://evil.test", "must not set"),
            ("ca_bundle = evil.pem", "must not set"),
            ("aws_access_key_id = AKIA", "must not set"),
            ("vestibule_expiry_hook = evil", "must not set"),
            ("vestibule_registry = other", "must not set"),
            ("cli_pager = evil", "must not set"),
            ("CREDENTIAL_PROCESS = evil", "must not set"),
            ("output =\n  nested = value", "must be one line"),
            ("source_profile = mine", "names `mine`, which the registry does not define"),
            ("[profile other]\nsso_session = own", "names `own`"),
            ("[default]\nregion = us-east-1", "must not define [default]"),
            ("[profile default]\nregion = us-east-1", "must not define [default]"),
            ("[services x]\ns3 =\n  endpoint_url = http://evil.test", "no [services]"),
            ("[plugins]\ncli_legacy_plugin_path = /evil", "line 11: expected"),
            ("[profile a\u{202e}b]\nregion = us-east-1", "line 11: expected"),
            ("output = a\u{202e}b", "control or invisible"),
            ("not a setting", "expected"),
        ] {
            let error = Registry::parse(&format!("{TEXT}{line}\n")).unwrap_err().to_string();
            assert!(error.contains(problem), "{line}: {error}");
        }
        let error = Registry::parse("[profile dev]\n").unwrap_err().to_string();
        assert_eq!(error, "line 1: expected `# vestibule-registry 1`");
    }
}
