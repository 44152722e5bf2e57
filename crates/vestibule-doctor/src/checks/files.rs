use std::path::Path;

use vestibule_cache::Folder;

use crate::{Case, Cause, Finding, Fix, Remedy};

/// What the group and all others may do.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Who may read secrets, and who may change what is trusted.
pub(super) fn look(case: &Case<'_>) -> Vec<Finding> {
    let locations = case.configuration.locations();
    let mut findings = Vec::new();
    findings.extend(locations.credentials.path().and_then(|path| secret(case, path)));
    findings.extend(locations.config.path().and_then(|path| trusted(case, path)));
    for folder in case.folders() {
        findings.extend(open_folder(case, &folder));
        let files = case.json_in(&folder);
        findings.extend(files.iter().filter_map(|file| secret(case, file)));
    }
    findings
}

/// A file with secrets in it.
fn secret(case: &Case<'_>, path: &Path) -> Option<Finding> {
    let mode = mode(case, path).filter(|mode| mode & OTHERS != 0)?;
    let text = format!("{} may be read by others ({mode:04o})", case.shown(path));
    Some(Finding::problem(Cause::Machine, text).with_fix(Fix::MakePrivate(path.to_owned())))
}

/// A file that says what to run and whom to trust.
fn trusted(case: &Case<'_>, path: &Path) -> Option<Finding> {
    let mode = mode(case, path).filter(|mode| mode & OTHERS_WRITE != 0)?;
    let text = format!("{} may be changed by others ({mode:04o})", case.shown(path));
    Some(Finding::problem(Cause::Machine, text).with_fix(Fix::MakePrivate(path.to_owned())))
}

fn open_folder(case: &Case<'_>, folder: &Folder) -> Option<Finding> {
    let folder = folder.path();
    let mode = mode(case, folder).filter(|mode| mode & OTHERS_WRITE != 0)?;
    let text = format!("{} may be changed by others ({mode:04o})", case.shown(folder));
    let remedy = Remedy::Narrow { folder: folder.to_owned() };
    Some(Finding::problem(Cause::Machine, text).with_remedy(remedy))
}

fn mode(case: &Case<'_>, path: &Path) -> Option<u32> {
    case.world.files.mode(path).ok()?
}
