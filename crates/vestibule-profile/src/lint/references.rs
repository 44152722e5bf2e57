//! References between sections, and keys of a profile that contradict each other.

use std::collections::{HashMap, HashSet};

use vestibule_config::SectionKind;

use super::{Diagnostic, Level, Linter, Position, truncated};
use crate::similar::similar;
use crate::{Origin, Profile, Setting, resolve};

/// Keys that have an effect only beside `role_arn`.
const ROLE_KEYS: &[&str] =
    &["source_profile", "external_id", "mfa_serial", "duration_seconds", "role_session_name"];

impl Linter<'_> {
    /// Reports settings of a profile over which other settings take precedence.
    pub(super) fn contradictions(&mut self, name: &str, profile: Profile<'_>) {
        let kinds = resolve::kinds(&profile);
        if let Some((first, others)) = kinds.split_first() {
            for other in others {
                let message = format!(
                    "`{}` has no effect: `{}` ({}) takes precedence over it",
                    other.key(),
                    first.key(),
                    first.origin()
                );
                self.add_setting("overridden-key", Level::Warning, name, other, message, None);
            }
        }
        if profile.get("role_arn").is_none() {
            for setting in ROLE_KEYS.iter().filter_map(|key| profile.get(key)) {
                let message = format!("`{}` has no effect without `role_arn`", setting.key());
                self.add_setting("overridden-key", Level::Warning, name, &setting, message, None);
            }
        }
    }

    /// Reports names of sections that do not exist, loops, and source profiles without credentials.
    pub(super) fn references(&mut self) {
        let files = self.files;
        let names: HashSet<String> = files.profile_names().map(String::from).collect();
        let mut sources = HashMap::new();
        for name in files.profile_names() {
            let Some(profile) = files.profile(&name) else { continue };
            for (key, kind) in
                [("sso_session", SectionKind::SsoSession), ("services", SectionKind::Services)]
            {
                let setting = profile.get(key);
                let missing = setting.filter(|to| files.section(kind, to.text()).is_none());
                if let Some(setting) = missing {
                    self.undefined(&name, &setting, kind);
                }
            }
            // Without a role the source is read for its region only.
            let is_role = profile.get("role_arn").is_some()
                && profile.get("web_identity_token_file").is_none();
            let Some(source) = profile.get("source_profile").filter(|_| is_role) else { continue };
            if !names.contains(source.text()) {
                self.undefined(&name, &source, SectionKind::Profile);
            } else if source.text() == name {
                self.check_source(&name, &source, profile);
            } else {
                if let Some(next) = files.profile(source.text()) {
                    self.check_source(&name, &source, next);
                }
                sources.insert(name.into_owned(), source.into_static());
            }
        }
        self.loops(&sources);
    }

    /// Reports each `source_profile` that leads back to a profile on its path. Every profile is visited once.
    fn loops(&mut self, sources: &HashMap<String, Setting<'static>>) {
        let mut names: Vec<_> = sources.keys().collect();
        names.sort_unstable();
        let mut done: HashSet<&str> = HashSet::new();
        for start in names {
            let mut path = Vec::new();
            let mut on_path = HashSet::new();
            let mut name = start.as_str();
            while !done.contains(name)
                && let Some(source) = sources.get(name).filter(|_| !self.has_keys(name, start))
            {
                done.insert(name);
                path.push(name);
                on_path.insert(name);
                if on_path.contains(source.text()) {
                    let first = path.iter().position(|other| *other == source.text());
                    let loop_names =
                        [&path[first.unwrap_or_default()..], &[source.text()]].concat();
                    let message = format!(
                        "`source_profile` leads back to profile `{}`: {}",
                        truncated(source.text()),
                        truncated(&loop_names.join(" → "))
                    );
                    let name = name.to_owned();
                    self.add_setting("source-loop", Level::Error, &name, source, message, None);
                }
                name = source.text();
            }
        }
    }

    /// Returns true if a source profile has static keys, with which a chain ends.
    fn has_keys(&self, name: &str, start: &str) -> bool {
        let keys = ["aws_access_key_id", "aws_secret_access_key"];
        let profile = self.files.profile(name).filter(|_| name != start);
        profile.is_some_and(|profile| keys.iter().all(|key| profile.get(key).is_some()))
    }

    /// Reports a source profile without credentials.
    fn check_source(&mut self, name: &str, source: &Setting<'_>, next: Profile<'_>) {
        let kinds = resolve::kinds(&next);
        let is_itself = source.text() == name;
        let has_credentials =
            kinds.iter().any(|kind| !is_itself || !kind.key().eq_ignore_ascii_case("role_arn"));
        if !has_credentials {
            let message = format!("profile `{}` has no credentials", truncated(source.text()));
            self.add_setting(
                "source-without-credentials",
                Level::Error,
                name,
                source,
                message,
                None,
            );
        }
    }

    fn undefined(&mut self, name: &str, setting: &Setting<'_>, kind: SectionKind) {
        let what = match kind {
            SectionKind::Profile => "profile",
            SectionKind::SsoSession => "sso-session",
            _ => "services section",
        };
        let nearest = self
            .may_search()
            .then(|| similar(setting.text(), &mut self.files.names(kind)).into_iter().next())
            .flatten();
        let message = format!("{what} `{}` is not defined", truncated(setting.text()));
        let help = nearest.map(|nearest| format!("write `{}`", truncated(&nearest)));
        self.add_setting("undefined-reference", Level::Error, name, setting, message, help);
    }

    fn add_setting(
        &mut self,
        rule: &'static str,
        level: Level,
        name: &str,
        setting: &Setting<'_>,
        message: String,
        help: Option<String>,
    ) {
        let Origin::File(place) = setting.origin() else { return };
        let position = Position {
            location: place.location(),
            line: place.line(),
            column: place.column().unwrap_or(1),
            shows_value: !crate::known_keys::is_secret(setting.key()),
        };
        self.found.push(Diagnostic {
            rule,
            level,
            caret: self.caret(position, help.as_deref().unwrap_or_default()),
            place: place.clone(),
            section: Some((SectionKind::Profile, name.to_owned())),
            key: Some(setting.key().to_owned()),
            message,
            help,
        });
    }
}
