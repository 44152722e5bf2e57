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
    match create_one(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty())
            else {
                return Err(error);
            };
            create_folder(parent)?;
            // Not found again below a folder that exists is a fault of the file system, as in `/proc`.
            create_one(folder)
        }
        result => result,
    }
}

fn create_one(folder: &Path) -> io::Result<()> {
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
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::ErrorKind::NotADirectory.into())
        }
        Err(error) => Err(error),
    }
}

/// Flushes a folder.
///
/// Best effort: readers see the new name already, this only makes it survive a power cut.
pub(super) fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// On Windows, files inherit the access list of their folder when they are created, so that a folder
/// is restricted once and the files in it never are.
///
/// `icacls` takes some 20 ms, twice for a folder that vestibule creates. Folders that exist keep their
/// list: below the user's profile, it lets in the user, administrators and the system.
#[cfg(any(windows, test))]
mod access_list {
    #[cfg(windows)]
    use std::path::Path;

    use vestibule_types::Vars;

    /// Restricts a folder to its owner. Best effort: some file systems have no access lists.
    #[cfg(windows)]
    pub(super) fn restrict(folder: &Path) {
        use std::process::{Command, Stdio};
        let vars = crate::vars();
        let Some(root) = vars.get("SYSTEMROOT") else { return };
        let icacls = Path::new(root).join(r"System32\icacls.exe");
        // The next one only if this one succeeded: a folder without entries cannot be opened.
        let _ = steps(&vars).into_iter().flatten().all(|arguments| {
            let mut command = Command::new(&icacls);
            command.arg(folder).args(arguments);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            crate::windows::hide_console(&mut command);
            command.status().is_ok_and(|status| status.success())
        });
    }

    /// Returns the arguments of `icacls` after the folder: first entries for the user and the system,
    /// then the removal of inherited ones. `None` if the user's name is not known.
    pub(super) fn steps(vars: &Vars) -> Option<[Vec<String>; 2]> {
        let user = vars.get("USERNAME")?;
        let user = match vars.get("USERDOMAIN") {
            Some(domain) => format!(r"{domain}\{user}"),
            None => user.to_owned(),
        };
        // Full access, for folders and files in it too.
        let entry = |account: &str| format!("{account}:(OI)(CI)F");
        // The system backs files up and scans them; its number is the same in every language.
        let grant = vec!["/grant:r".into(), entry(&user), entry("*S-1-5-18"), "/q".into()];
        Some([grant, vec!["/inheritance:r".into(), "/q".into()]])
    }
}

#[cfg(test)]
mod tests {
    use vestibule_types::Vars;

    use super::access_list::steps;

    #[test]
    fn windows_folder_is_restricted_to_the_user_and_the_system() {
        let vars = [("USERNAME", "ann"), ("USERDOMAIN", "CORP")].into_iter().collect();
        let [grant, remove] = steps(&vars).unwrap();
        assert_eq!(grant, ["/grant:r", r"CORP\ann:(OI)(CI)F", "*S-1-5-18:(OI)(CI)F", "/q"]);
        assert_eq!(remove, ["/inheritance:r", "/q"]);
        assert_eq!(steps(&Vars::default()), None);
    }
}
