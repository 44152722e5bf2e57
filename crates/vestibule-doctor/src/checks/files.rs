use std::path::{Path, PathBuf};

use vestibule::Platform;
use vestibule_cache::Folder;

use crate::{Cause, Context, Finding, Fix, Remedy};

/// Permissions of group and others.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;

/// Reports secrets that other users can read, files and folders that they can change, and those that
/// another user owns.
pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    if context.world.platform == Platform::Windows {
        let text = "access control lists are not checked on Windows; `icacls` shows them";
        return vec![Finding::note(text)];
    }
    let locations = context.configuration.locations();
    let (credentials, config) = (locations.credentials.path(), locations.config.path());
    let mut findings = Vec::new();
    findings.extend(credentials.and_then(|path| check_secret(context, path)));
    findings.extend(config.and_then(|path| check_trusted(context, path)));
    let mut paths: Vec<_> =
        [credentials, config].into_iter().flatten().map(Path::to_owned).collect();
    for folder in context.folders() {
        findings.extend(check_folder(context, &folder));
        let files = context.json_files(&folder);
        findings.extend(files.iter().filter_map(|file| check_secret(context, file)));
        paths.extend(context.world.files.list(folder.path()).unwrap_or_default());
        paths.push(folder.path().to_owned());
    }
    findings.extend(check_owners(context, &paths));
    findings
}

/// Checks a file that contains secrets: only its owner may read it.
fn check_secret(context: &Context<'_>, path: &Path) -> Option<Finding> {
    let mode = mode(context, path).filter(|mode| mode & OTHERS != 0)?;
    let text = format!("{} is readable by other users ({mode:04o})", context.display_path(path));
    Some(Finding::problem(Cause::Machine, text).with_fix(Fix::MakePrivate(path.to_owned())))
}

/// Checks a file that names programs to run and endpoints to trust: only its owner may change it.
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

/// Reports files, locks and folders whose owner is not that of the home folder, as a run with sudo
/// leaves them: the user can neither refresh a token nor edit the configuration.
fn check_owners(context: &Context<'_>, paths: &[PathBuf]) -> Option<Finding> {
    let home = PathBuf::from(context.world.vars.home(context.world.platform)?);
    let owner_of = |path: &Path| context.world.files.metadata(path).ok()?.owner;
    let user = owner_of(&home)?;
    let foreign = |path: &&PathBuf| owner_of(path).is_some_and(|owner| owner != user);
    let mut foreign = paths.iter().filter(foreign);
    let first = foreign.next()?;
    let (shown, owner) = (context.display_path(first), owner_of(first)?);
    let text = match foreign.count() {
        0 => format!("{shown} is owned by another user (uid {owner}, expected {user})"),
        more => {
            format!(
                "{shown} and {more} more are owned by another user (uid {owner}, expected {user})"
            )
        }
    };
    let remedy = Remedy::ChangeOwner { folder: home.join(".aws"), owner: user };
    Some(Finding::problem(Cause::Machine, text).with_remedy(remedy))
}

/// Returns the mode of a file. `None` for a link: its target may be outside the folder, and its
/// permissions are not ours to change.
fn mode(context: &Context<'_>, path: &Path) -> Option<u32> {
    let files = &context.world.files;
    if files.metadata(path).ok()?.is_link { None } else { files.mode(path).ok()? }
}
