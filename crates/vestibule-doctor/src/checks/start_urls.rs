use vestibule::config::{Edit, ProblemKind, SectionKind};
use vestibule::{Files, StartUrl};

use crate::{Case, Cause, Finding, Fix};

const KEY: &str = "sso_start_url";

/// Start URLs that are not what they seem: two under one name, or with what a browser adds.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    let files = case.configuration.files();
    let at = case.configuration.locations().config;
    let place = |line: u32| format!("{at}:{line}");
    let mut findings = Vec::new();
    for name in files.session_names() {
        let section = files.config().section(SectionKind::SsoSession, &name);
        let Some(value) = section.and_then(|section| section.get(KEY)) else { continue };
        findings.extend(fragment(
            SectionKind::SsoSession,
            &name,
            &value.text(),
            place(value.line()),
        ));
    }
    for name in files.profile_names() {
        let Some(profile) = files.profile(&name) else { continue };
        let Some(own) = profile.get(KEY) else { continue };
        findings.extend(fragment(
            SectionKind::Profile,
            &name,
            own.text(),
            own.origin().to_string(),
        ));
        findings.extend(profile.get("sso_session").and_then(|session| {
            let section = files.config().section(SectionKind::SsoSession, session.text())?;
            let theirs = section.get(KEY)?;
            (theirs.text() != own.text()).then(|| {
                let (session, line) = (session.text(), place(theirs.line()));
                two(session, own.text(), &own.origin().to_string(), &theirs.text(), &line)
            })
        }));
    }
    findings.extend(repeated(files).map(|(name, line)| {
        let text = format!("sso-session `{name}` has a second {KEY} ({})", place(line));
        Finding::problem(Cause::Configuration, text).at(place(line))
    }));
    findings
}

/// `#/` is where the portal's page keeps its state; other tools take it for another sign-in.
fn fragment(kind: SectionKind, section: &str, text: &str, at: String) -> Option<Finding> {
    let (bare, _) = text.split_once('#')?;
    let is_same =
        |url: &str| Some(StartUrl::new(url).ok()?.is_same_place(&StartUrl::new(text).ok()?));
    let finding =
        Finding::problem(Cause::Configuration, format!("{KEY} ends in a fragment ({at})"));
    let finding = finding.at(at);
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

fn two(session: &str, own: &str, own_at: &str, theirs: &str, at: &str) -> Finding {
    let text =
        format!("sso-session `{session}` has two start URLs: {theirs} ({at}) and {own} ({own_at})");
    Finding::problem(Cause::Configuration, text).at(own_at)
}

/// The sessions that say it twice, and where they do so again.
fn repeated(files: &Files) -> impl Iterator<Item = (String, u32)> {
    let document = files.config();
    document.problems().into_iter().filter_map(|problem| {
        let (kind, name) = problem.section()?;
        let line = document.text().lines().nth(usize::try_from(problem.line()).ok()? - 1)?;
        let key = line.split('=').next()?.trim();
        let is_it = kind == SectionKind::SsoSession
            && problem.kind() == ProblemKind::RepeatedKey
            && key.eq_ignore_ascii_case(KEY);
        is_it.then(|| (name.into_owned(), problem.line()))
    })
}
