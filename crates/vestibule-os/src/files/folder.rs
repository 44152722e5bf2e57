use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

use super::owner::give_to_folder_owner;

/// Returns the folder of a path, which is never empty.
pub(super) fn parent_folder(path: &Path) -> &Path {
    path.parent().map_or(Path::new("."), or_current)
}

pub(super) fn or_current(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Creates a folder with its missing ancestors, 0700, or on Windows with access for its owner and
/// the system alone.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    let builder = &mut DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    match builder.create(folder) {
        Ok(()) => {
            #[cfg(windows)]
            access_list::restrict(folder);
            if let Ok(created) = File::open(folder) {
                give_to_folder_owner(&created, parent_folder(folder));
            }
            Ok(())
        }
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty())
            else {
                return Err(error);
            };
            create_folder(parent)?;
            create_folder(folder)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::ErrorKind::NotADirectory.into())
        }
        Err(error) => Err(error),
    }
}

/// Best effort: readers see the new name already, this only makes it survive a power cut.
pub(super) fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// On Windows, files inherit the access list of their folder when they are created, so that a folder
/// is restricted once and the files in it never are.
///
/// `icacls` takes some 20 ms, once for a folder that vestibule creates. Folders that exist keep their
/// list: below the user's profile, it lets in the user, administrators and the system.
#[cfg(any(windows, test))]
mod access_list {
    use std::ffi::OsString;
    use std::path::Path;

    use vestibule_types::Vars;

    /// Best effort: some file systems have no access lists.
    #[cfg(windows)]
    pub(super) fn restrict(folder: &Path) {
        use std::process::{Command, Stdio};
        let vars = crate::vars();
        let (Some(arguments), Some(root)) = (arguments(folder, &vars), vars.get("SYSTEMROOT"))
        else {
            return;
        };
        let mut icacls = Command::new(Path::new(root).join(r"System32\icacls.exe"));
        icacls.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = icacls.status();
    }

    /// Returns the arguments of `icacls`; `None` if it is not known who the user is.
    pub(super) fn arguments(folder: &Path, vars: &Vars) -> Option<Vec<OsString>> {
        let user = vars.get("USERNAME")?;
        let user = match vars.get("USERDOMAIN") {
            Some(domain) => format!(r"{domain}\{user}"),
            None => user.to_owned(),
        };
        // For the folder, its folders and its files: full access.
        let grant = |who: &str| OsString::from(format!("{who}:(OI)(CI)F"));
        Some(vec![
            folder.into(),
            "/inheritance:r".into(),
            "/grant:r".into(),
            grant(&user),
            // The system, which backs files up and scans them, by a name that is not translated.
            grant("*S-1-5-18"),
            "/q".into(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use vestibule_types::Vars;

    use super::access_list::arguments;

    #[test]
    fn windows_folder_is_restricted_to_the_user_and_the_system() {
        let vars = [("USERNAME", "ann"), ("USERDOMAIN", "CORP")].into_iter().collect();
        let expected = [
            "cache",
            "/inheritance:r",
            "/grant:r",
            r"CORP\ann:(OI)(CI)F",
            "*S-1-5-18:(OI)(CI)F",
            "/q",
        ];
        assert_eq!(arguments(Path::new("cache"), &vars).unwrap(), expected);
        assert_eq!(arguments(Path::new("cache"), &Vars::default()), None);
    }
}
