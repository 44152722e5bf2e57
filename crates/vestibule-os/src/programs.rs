use std::path::{Path, PathBuf};

use vestibule_world::{Platform, Vars};

/// The extensions of programs where `PATHEXT` is not set.
const DEFAULT_PATHEXT: &str = ".COM;.EXE;.BAT;.CMD";

/// Returns the file of a program, as the platform's shell finds it: in the folders of `PATH`, and on
/// Windows with each extension in `PATHEXT`, so that `npm` finds `npm.cmd`.
///
/// A name with a folder is not searched for in `PATH`.
#[inline]
pub fn find_program(name: &str, vars: &Vars) -> Option<PathBuf> {
    candidates(name, vars, Platform::HERE).into_iter().find(|path| path.is_file())
}

/// Returns every path that a program may have, in the order of precedence.
#[inline]
fn candidates(name: &str, vars: &Vars, platform: Platform) -> Vec<PathBuf> {
    let is_windows = platform == Platform::Windows;
    let has_folder = name.contains('/') || (is_windows && name.contains(['\\', ':']));
    let path = vars.get("PATH").unwrap_or_default();
    let folders: Vec<&str> = match (has_folder, is_windows) {
        (true, _) => vec![""],
        (false, true) => path.split(';').filter(|folder| !folder.is_empty()).collect(),
        (false, false) => path.split(':').collect(),
    };
    let names = names(name, vars, is_windows);
    let in_folder = |folder: &str| names.iter().map(|name| Path::new(folder).join(name)).collect();
    folders.into_iter().flat_map::<Vec<_>, _>(in_folder).collect()
}

/// Returns the name with each extension. A name that has one of them is tried as it is, first.
#[inline]
fn names(name: &str, vars: &Vars, is_windows: bool) -> Vec<String> {
    if !is_windows {
        return vec![name.to_owned()];
    }
    let extensions = vars.get("PATHEXT").unwrap_or(DEFAULT_PATHEXT);
    let extensions: Vec<&str> = extensions.split(';').filter(|ext| ext.starts_with('.')).collect();
    let lower = name.to_ascii_lowercase();
    let has_extension = extensions.iter().any(|ext| lower.ends_with(&ext.to_ascii_lowercase()));
    let as_it_is = has_extension.then(|| name.to_owned());
    as_it_is.into_iter().chain(extensions.iter().map(|ext| format!("{name}{ext}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, vars: &[(&str, &str)], platform: Platform, expected: &[&str]) {
        let vars = vars.iter().copied().collect();
        let found = candidates(name, &vars, platform);
        let found: Vec<_> = found.iter().map(|path| path.to_str().unwrap()).collect();
        // `Path::join` writes the separator of the machine that the test runs on.
        let found: Vec<_> = found.iter().map(|path| path.replace('\\', "/")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn windows_program_has_each_extension_in_each_folder() {
        let vars = [("PATH", "C:/a;;C:/b"), ("PATHEXT", ".EXE;.CMD")];
        let expected = ["C:/a/npm.EXE", "C:/a/npm.CMD", "C:/b/npm.EXE", "C:/b/npm.CMD"];
        check("npm", &vars, Platform::Windows, &expected);
        let expected = ["C:/a/x.cmd", "C:/a/x.cmd.EXE", "C:/a/x.cmd.CMD"];
        check("x.cmd", &[("PATH", "C:/a"), vars[1]], Platform::Windows, &expected);
        let defaults = ["C:/a/az.COM", "C:/a/az.EXE", "C:/a/az.BAT", "C:/a/az.CMD"];
        check("az", &[("PATH", "C:/a")], Platform::Windows, &defaults);
    }

    #[test]
    fn program_with_a_folder_is_not_searched_in_path() {
        let vars = [("PATH", "/a:/b"), ("PATHEXT", ".EXE")];
        check("./tool", &vars, Platform::Unix, &["./tool"]);
        check("C:/x/tool", &vars, Platform::Windows, &["C:/x/tool.EXE"]);
    }

    #[test]
    fn unix_program_is_searched_in_path() {
        check("aws", &[("PATH", "/a:/b")], Platform::Unix, &["/a/aws", "/b/aws"]);
    }
}
