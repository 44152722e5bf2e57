//! Checks of all profiles, sessions and services of both files.

mod references;
mod values;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use vestibule_config::{ParseError, Problem, ProblemKind, Section, SectionKind, Value, draw_caret};
use vestibule_types::{printable, printable_short};

use crate::known_keys;
use crate::resolve;
use crate::{Error, ErrorKind, Files, Location, Origin, Place};

/// The severity of a [`Diagnostic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Something that may surprise, but does no harm.
    Note,
    /// A setting without effect, or one that other programs read differently.
    Warning,
    /// A setting with which a command fails.
    Error,
}

impl Level {
    /// Returns the name in lower case, which is also that of the level in SARIF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A problem that [`lint`] found. `Display` is `~/.aws/config:3:9: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable name of the rule: `unknown-key`.
    pub rule: &'static str,
    /// The severity.
    pub level: Level,
    /// The place in the file.
    pub place: Place,
    /// The section, unless it could not be read.
    pub section: Option<(SectionKind, String)>,
    /// The key, if the problem is about one.
    pub key: Option<String>,
    /// The problem.
    pub message: String,
    /// The text to write instead, if known.
    pub help: Option<String>,
    /// The line with a caret under the place. Values that may be secrets are masked.
    pub caret: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}: {}", self.place, self.message)
    }
}

/// Checks both files: their syntax, and each profile, SSO session and services section.
///
/// The result is sorted by file and line. It takes time in proportion to the files.
///
/// ```
/// use vestibule_profile::{Files, Level, lint};
///
/// let files = Files::from_texts("[profile dev]\nsso_sesion = corp\n", "");
/// let found = lint(&files);
/// assert_eq!(found[0].level, Level::Warning);
/// assert_eq!(
///     found[0].to_string(),
///     "~/.aws/config:2:1: unknown key `sso_sesion`; did you mean `sso_session`?"
/// );
/// ```
pub fn lint(files: &Files) -> Vec<Diagnostic> {
    let lines = files.searched(SectionKind::Profile).map(|(location, document)| {
        let text = document.text();
        (location, text.strip_prefix('\u{feff}').unwrap_or(text).split('\n').collect())
    });
    let mut linter = Linter { files, lines: lines.collect(), searches: 100, found: Vec::new() };
    linter.syntax();
    for kind in [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services] {
        for (location, document) in files.searched(kind) {
            for name in document.names(kind) {
                if let Some(section) = document.section(kind, &name) {
                    linter.section(location, section);
                }
            }
        }
    }
    linter.profiles();
    linter.references();
    linter.finish()
}

struct Linter<'a> {
    files: &'a Files,
    /// The lines of each file.
    lines: Vec<(&'a Location, Vec<&'a str>)>,
    /// The number of similar names that may still be searched for. Without a limit, many wrong names
    /// would take quadratic time.
    searches: usize,
    found: Vec<Diagnostic>,
}

/// The position of a key or a value.
#[derive(Clone, Copy)]
struct Position<'a> {
    location: &'a Location,
    line: u32,
    column: u32,
    /// Whether the line may be shown with its value.
    shows_value: bool,
}

impl<'a> Position<'a> {
    fn header(location: &'a Location, section: Section<'_>) -> Self {
        Self { location, line: section.line(), column: 1, shows_value: true }
    }

    fn value(location: &'a Location, value: &Value<'_>) -> Self {
        let shows_value = !known_keys::is_secret(value.key());
        Self { location, line: value.line(), column: value.column(), shows_value }
    }
}

impl<'a> Linter<'a> {
    fn syntax(&mut self) {
        for (location, document) in self.files.searched(SectionKind::Profile) {
            for problem in document.problems() {
                if is_of_the_aws_cli(&problem) {
                    continue;
                }
                let level = syntax_level(problem.kind(), problem.is_misspelled_header());
                let section = problem.section().map(|(kind, name)| (kind, name.into_owned()));
                let error = ParseError::from(problem);
                self.found.push(Diagnostic {
                    rule: error.kind().id(),
                    level,
                    place: Place::new(location, error.line(), error.column()),
                    section,
                    key: None,
                    message: format!("expected {}", error.expected()),
                    help: None,
                    caret: error.caret().to_owned(),
                });
            }
        }
    }

    /// Checks the keys and values of one section.
    fn section(&mut self, location: &'a Location, section: Section<'a>) {
        for value in section.properties() {
            let position = Position::value(location, &value);
            self.key(position, section, value);
            let text = value.text();
            let has_swallowed_keys = self.swallowed_keys(location, section, value);
            if let Some(rule) = known_keys::rule(section.kind(), value.key())
                && !text.is_empty()
                && !value.is_block()
                && !has_swallowed_keys
                && let Some(invalid) = values::check(rule, &text)
            {
                let shown = if known_keys::is_secret(value.key()) {
                    Cow::Borrowed("…")
                } else {
                    Cow::Owned(truncated(&text))
                };
                let message = format!(
                    "`{}` is `{shown}`, which is not {}: expected {}",
                    value.key(),
                    invalid.what,
                    invalid.expected
                );
                let diagnostic =
                    self.add(invalid.rule, invalid.level, position, section, message, invalid.help);
                diagnostic.key = Some(value.key().to_owned());
            }
            if section.kind() == SectionKind::Services {
                self.service_url(location, section, value);
            }
        }
        if section.kind() == SectionKind::Profile {
            self.static_keys(location, section);
        }
        if section.kind() == SectionKind::SsoSession {
            self.session(location, section);
        }
    }

    /// Checks that a key is known, and spelled in lower case.
    fn key(&mut self, position: Position<'a>, section: Section<'a>, value: Value<'a>) {
        if section.kind() == SectionKind::Services {
            return;
        }
        let key = value.key();
        let position = Position { column: 1 + self.indent(position), ..position };
        let (rule, level, message, help) = if let Some(reader) = known_keys::only_reader(key) {
            let message = format!("`{key}` is read by {reader} only");
            ("unread-key", Level::Note, message, None)
        } else if known_keys::rule(section.kind(), key).is_none() {
            if known_keys::is_foreign(key) {
                return;
            }
            match self.may_search().then(|| known_keys::similar(section.kind(), key)).flatten() {
                Some(similar) => (
                    "unknown-key",
                    Level::Warning,
                    format!("unknown key `{key}`; did you mean `{similar}`?"),
                    Some(format!("write `{similar}`")),
                ),
                None => ("unknown-key", Level::Note, format!("unknown key `{key}`"), None),
            }
        } else if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let lower = key.to_ascii_lowercase();
            let message = format!("`{key}` is ignored by the AWS CLI and other SDKs");
            ("key-case", Level::Warning, message, Some(format!("write `{lower}`")))
        } else {
            return;
        };
        self.add(rule, level, position, section, message, help).key = Some(key.to_owned());
    }

    /// Checks for known keys in indented lines, which are part of the value above them. Returns whether
    /// there are any.
    fn swallowed_keys(
        &mut self,
        location: &'a Location,
        section: Section<'a>,
        value: Value<'a>,
    ) -> bool {
        let rule = known_keys::rule(section.kind(), value.key());
        // Of the other keys, blocks are expected.
        let has_block = value.is_block() && matches!(rule, None | Some(known_keys::Rule::Any));
        if has_block || section.kind() == SectionKind::Services {
            return false;
        }
        let found = self.found.len();
        for (line, text) in value.lines_below() {
            let key = text.split('=').next().unwrap_or_default().trim();
            if key.len() == text.len() || known_keys::rule(section.kind(), key).is_none() {
                continue;
            }
            let shows_value = !known_keys::is_secret(key) && !known_keys::is_secret(value.key());
            let position = Position { location, line, column: 1, shows_value };
            let position = Position { column: 1 + self.indent(position), ..position };
            let message = format!(
                "`{key}` is not a key here: the line is indented, so it is part of the value of `{}` (line {})",
                value.key(),
                value.line()
            );
            let help = Some("remove the indentation".to_owned());
            let diagnostic =
                self.add("swallowed-key", Level::Error, position, section, message, help);
            diagnostic.key = Some(key.to_owned());
        }
        found < self.found.len()
    }

    /// Checks for long-lived keys, and for temporary keys without a token.
    fn static_keys(&mut self, location: &'a Location, section: Section<'a>) {
        let Some(id) = section.get("aws_access_key_id") else { return };
        let position = Position::value(location, &id);
        let has = |key| section.get(key).is_some_and(|value| !value.text().is_empty());
        let has_token = has("aws_session_token") || has("aws_security_token");
        let (rule, level, message, help) = if id.text().starts_with("AKIA") {
            let message = "a long-lived access key is stored in plaintext".to_owned();
            let help = "use an SSO session, or a `credential_process` that keeps the key elsewhere";
            ("plaintext-key", Level::Warning, message, help)
        } else if id.text().starts_with("ASIA") && !has_token && has("aws_secret_access_key") {
            let message =
                "a temporary access key without `aws_session_token` is rejected".to_owned();
            ("missing-session-token", Level::Error, message, "add `aws_session_token`")
        } else {
            return;
        };
        let help = Some(help.to_owned());
        self.add(rule, level, position, section, message, help).key = Some(id.key().to_owned());
    }

    /// Checks that a session has its required keys.
    fn session(&mut self, location: &'a Location, section: Section<'a>) {
        let required = ["sso_start_url", "sso_region"];
        let is_missing = |key: &&str| section.get(key).is_none_or(|value| value.text().is_empty());
        for key in required.iter().filter(|key| is_missing(key)) {
            let position = Position::header(location, section);
            let message = format!("sso-session `{}` has no `{key}`", printable(&section.name()));
            let help = Some(format!("add `{key}`"));
            self.add("missing-key", Level::Error, position, section, message, help);
        }
    }

    fn service_url(&mut self, location: &'a Location, section: Section<'a>, service: Value<'a>) {
        let Some(url) = service.nested("endpoint_url") else { return };
        let Some(invalid) = values::check(known_keys::Rule::Url, url.text()) else { return };
        let position = Position { location, line: url.line(), column: 1, shows_value: true };
        let position = Position { column: 1 + self.indent(position), ..position };
        let message = format!(
            "`endpoint_url` is `{}`, which is not {}: expected {}",
            truncated(url.text()),
            invalid.what,
            invalid.expected
        );
        self.add(invalid.rule, invalid.level, position, section, message, invalid.help);
    }

    /// Checks each profile by itself, merged from both files.
    fn profiles(&mut self) {
        let errors = self.found.iter().filter(|found| found.level == Level::Error);
        let reported: HashSet<_> = errors.map(reported_place).collect();
        for name in self.files.profile_names() {
            let Some(profile) = self.files.profile(&name) else { continue };
            self.contradictions(&name, profile);
            // A missing session is reported as a reference, without a search for similar names.
            let session = profile.get("sso_session");
            if session.is_some_and(|name| {
                self.files.section(SectionKind::SsoSession, name.text()).is_none()
            }) {
                continue;
            }
            let Err(error) = profile.strict().and_then(|()| resolve::check(self.files, profile))
            else {
                continue;
            };
            // Syntax errors, loops, and what refers to nothing have been reported line by line.
            if let Some(diagnostic) = self.diagnostic_of(&name, &error)
                && !reported.contains(&reported_place(&diagnostic))
            {
                self.found.push(diagnostic);
            }
        }
    }

    /// Returns the diagnostic of an error of a profile, unless it is in no file.
    fn diagnostic_of(&self, name: &str, error: &Error) -> Option<Diagnostic> {
        let rule = match error.kind() {
            ErrorKind::InvalidValue { .. } => "invalid-value",
            ErrorKind::InvalidCharacter { .. } => "invalid-character",
            ErrorKind::Conflict { .. }
            | ErrorKind::ConflictingSources { .. }
            | ErrorKind::NotInSession { .. }
            | ErrorKind::KeysInTwoFiles { .. } => "conflicting-keys",
            _ => "missing-key",
        };
        let Origin::File(place) = error.origin() else { return None };
        let (line, column) = (place.line(), place.column().unwrap_or(1));
        let location = place.location();
        let position = Position { location, line, column, shows_value: false };
        Some(Diagnostic {
            rule,
            level: Level::Error,
            caret: self.caret(position, ""),
            place,
            section: Some((SectionKind::Profile, name.to_owned())),
            key: None,
            message: error.to_string(),
            help: None,
        })
    }

    /// Returns true if a similar name may be searched for.
    fn may_search(&mut self) -> bool {
        let may_search = 0 < self.searches;
        self.searches = self.searches.saturating_sub(1);
        may_search
    }

    /// Returns the text of a line.
    fn line(&self, position: Position<'_>) -> &'a str {
        let lines = self.lines.iter().find(|(location, _)| *location == position.location);
        let line = lines.and_then(|(_, lines)| lines.get(position.line as usize - 1));
        line.copied().unwrap_or_default()
    }

    /// Returns the number of blanks before the text of a line.
    fn indent(&self, position: Position<'_>) -> u32 {
        let line = self.line(position);
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        u32::try_from(indent).unwrap_or(u32::MAX)
    }

    /// Returns a line with a caret under a position and a remark after it.
    fn caret(&self, position: Position<'_>, remark: &str) -> String {
        let line = self.line(position).trim_end();
        let shown = match line.find('=') {
            Some(equals) if !position.shows_value => &line[..=equals],
            _ => line,
        };
        draw_caret(position.line, line, shown, position.column, remark)
    }

    fn add(
        &mut self,
        rule: &'static str,
        level: Level,
        position: Position<'_>,
        section: Section<'_>,
        message: String,
        help: Option<String>,
    ) -> &mut Diagnostic {
        let expected = help.as_deref().unwrap_or_default();
        let diagnostic = Diagnostic {
            rule,
            level,
            place: Place::new(position.location, position.line, position.column),
            section: Some((section.kind(), section.name().into_owned())),
            key: None,
            caret: self.caret(position, expected),
            message,
            help,
        };
        self.found.push(diagnostic);
        // It was pushed in the line above.
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    fn finish(self) -> Vec<Diagnostic> {
        let config = self.files.searched(SectionKind::Profile).next().map(|(config, _)| config);
        let mut found = self.found;
        found.sort_by_key(|diagnostic| {
            let place = &diagnostic.place;
            (Some(place.location()) != config, place.line(), place.column())
        });
        found
    }
}

/// Returns the line by which two checks are known to report the same problem.
fn reported_place(diagnostic: &Diagnostic) -> (String, u32) {
    (diagnostic.place.location().to_string(), diagnostic.place.line())
}

/// Returns true for a section that only the AWS CLI reads.
fn is_of_the_aws_cli(problem: &Problem<'_>) -> bool {
    let line = problem.line_text().trim_end();
    problem.kind() == ProblemKind::IgnoredSection && matches!(line, "[plugins]" | "[preview]")
}

fn syntax_level(kind: ProblemKind, is_misspelled_header: bool) -> Level {
    match kind {
        _ if kind.is_strict() || is_misspelled_header => Level::Error,
        ProblemKind::StrayCarriageReturn => Level::Note,
        _ => Level::Warning,
    }
}

/// Returns a text in printable characters, and truncated.
fn truncated(text: &str) -> String {
    printable_short(text, 80)
}
