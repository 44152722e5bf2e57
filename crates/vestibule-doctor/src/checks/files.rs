use std::path::Path;

use vestibule_cache::Folder;

use crate::{Cause, Context, Finding, Fix, Remedy};

/// Permissions of group and others.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Reports secrets that other users can read, and files and folders that they can change.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let locations = context.configuration.locations();
    let mut findings = Vec::new();
    findings.extend(locations.credentials.path().and_then(|path| check_secret(context, path)));
    findings.extend(locations.config.path().and_then(|path| check_trusted(context, path)));
    for folder in context.folders() {
        findings.extend(check_folder(context, &folder));
        let files = context.json_files(&folder);
        findings.extend(files.iter().filter_map(|file| check_secret(context, file)));
    }
    findings
}

/// A file that contains secrets: only its owner may read it.
fn check_secret(context: &Context<'_>, path: &Path) -> Option<Finding> {
    let mode = mode(context, path).filter(|mode| mode & OTHERS != 0)?;
    let text = format!("{} is readable by other users ({mode:04o})", context.display_path(path));
    Some(Finding::problem(Cause::Machine, text).with_fix(Fix::MakePrivate(path.to_owned())))
}

/// A file that names programs to run and endpoints to trust: only its owner may change it.
fn check_trusted(context: &Context<'_>, path: &Path) -> Option<Finding> {
    let mode = mode(context, path).filter(|mode| mode & OTHERS_WRITE != 0)?;
    let text = format!("{} is writable by other users ({mode:04o})", context.display_path(path));
    Some(Finding::problem(Cause::Machine, text).with_fix(Fix::MakePrivate(path.to_owned())))
}

fn check_folder(context: &Context<'_>, folder: &Folder) -> Option<Finding> {
    let folder = folder.path();
    let mode = mode(context, folder).filter(|mode| mode & OTHERS_WRITE != 0)?;
    let text = format!("{} is writable by other users ({mode:04o})", context.display_path(folder));
    let remedy = Remedy::RestrictFolder { folder: folder.to_owned() };
    Some(Finding::problem(Cause::Machine, text).with_remedy(remedy))
}

fn mode(context: &Context<'_>, path: &Path) -> Option<u32> {
    context.world.files.mode(path).ok()?
}
