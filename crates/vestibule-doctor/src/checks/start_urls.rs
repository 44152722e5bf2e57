use vestibule::config::{Edit, ProblemKind, SectionKind};
use vestibule::{Files, StartUrl};

use crate::{Cause, Context, Finding, Fix};

const KEY: &str = "sso_start_url";

/// Reports sessions with two start URLs, and start URLs with a fragment.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let files = context.configuration.files();
    let file = context.configuration.locations().config;
    let place = |line: u32| format!("{file}:{line}");
    let mut findings = Vec::new();
    for name in files.session_names() {
        let section = files.config().section(SectionKind::SsoSession, &name);
        let Some(value) = section.and_then(|section| section.get(KEY)) else { continue };
        findings.extend(check_fragment(
            SectionKind::SsoSession,
            &name,
            &value.text(),
            place(value.line()),
        ));
    }
    for name in files.profile_names() {
        let Some(profile) = files.profile(&name) else { continue };
        let Some(own) = profile.get(KEY) else { continue };
        findings.extend(check_fragment(
            SectionKind::Profile,
            &name,
            own.text(),
            own.origin().to_string(),
        ));
        findings.extend(profile.get("sso_session").and_then(|session| {
            let section = files.config().section(SectionKind::SsoSession, session.text())?;
            let value = section.get(KEY)?;
            (value.text() != own.text()).then(|| {
                let (session, line) = (session.text(), place(value.line()));
                two_start_urls(session, own.text(), &own.origin().to_string(), &value.text(), &line)
            })
        }));
    }
    findings.extend(repeated_start_urls(files).map(|(name, line)| {
        let text = format!("sso-session `{name}` has a second {KEY} ({})", place(line));
        Finding::problem(Cause::Configuration, text).with_place(place(line))
    }));
    findings
}

/// Reports a start URL with a fragment, in which the portal's page keeps its state.
///
/// Other tools derive the name of the token file from the whole URL, so they would use another token.
fn check_fragment(kind: SectionKind, section: &str, text: &str, at: String) -> Option<Finding> {
    let (bare, _) = text.split_once('#')?;
    let is_same =
        |url: &str| Some(StartUrl::new(url).ok()?.is_same_portal(&StartUrl::new(text).ok()?));
    let finding =
        Finding::problem(Cause::Configuration, format!("{KEY} ends in a fragment ({at})"));
    let finding = finding.with_place(at);
    Some(match is_same(bare) {
        Some(true) => finding.with_fix(Fix::Edit(vec![Edit::set(
            kind,
            section,
            KEY,
            bare.trim_end_matches('/'),
        )])),
        _ => finding,
    })
}

fn two_start_urls(session: &str, own: &str, own_at: &str, url: &str, at: &str) -> Finding {
    let text =
        format!("sso-session `{session}` has two start URLs: {url} ({at}) and {own} ({own_at})");
    Finding::problem(Cause::Configuration, text).with_place(own_at)
}

/// Returns the sessions with a second start URL, and its line.
fn repeated_start_urls(files: &Files) -> impl Iterator<Item = (String, u32)> {
    files.config().problems().into_iter().filter_map(|problem| {
        let (kind, name) = problem.section()?;
        let key = problem.line_text().split('=').next()?.trim();
        let is_start_url = kind == SectionKind::SsoSession
            && problem.kind() == ProblemKind::RepeatedKey
            && key.eq_ignore_ascii_case(KEY);
        is_start_url.then(|| (name.into_owned(), problem.line()))
    })
}
