use std::path::{Path, PathBuf};

use vestibule_types::Platform;

/// A folder of cache files on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    path: String,
    platform: Platform,
}

impl Folder {
    /// Returns the folder of tokens and registrations: `.aws/sso/cache` in the home folder.
    pub fn sso(home: &str, platform: Platform) -> Self {
        Self::under(home, &["sso", "cache"], platform)
    }

    /// Returns the folder of the AWS CLI's role credentials: `.aws/cli/cache` in the home folder.
    pub fn cli(home: &str, platform: Platform) -> Self {
        Self::under(home, &["cli", "cache"], platform)
    }

    /// Returns the folder of files that only vestibule reads: `.aws/vestibule` in the home folder.
    pub fn vestibule(home: &str, platform: Platform) -> Self {
        Self::under(home, &["vestibule"], platform)
    }

    /// Creates a folder from its path.
    pub fn new(path: impl Into<String>, platform: Platform) -> Self {
        Self { path: path.into(), platform }
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    /// Returns the path of a file in it; [`key`](crate::key) has the names.
    pub fn file(&self, name: &str) -> PathBuf {
        join(&self.path, name, self.platform).into()
    }

    fn under(home: &str, names: &[&str], platform: Platform) -> Self {
        let aws = join(home, ".aws", platform);
        Self { path: names.iter().fold(aws, |path, name| join(&path, name, platform)), platform }
    }
}

fn join(path: &str, name: &str, platform: Platform) -> String {
    let separators: &[char] = match platform {
        Platform::Unix => &['/'],
        Platform::Windows => &['\\', '/'],
    };
    format!("{}{}{name}", path.trim_end_matches(separators), platform.separator())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folder: &Folder, expected: &str) {
        assert_eq!(folder.file("a.json"), Path::new(expected));
    }

    #[test]
    fn file_paths_have_the_separator_of_the_platform() {
        check(&Folder::sso("/home/ann", Platform::Unix), "/home/ann/.aws/sso/cache/a.json");
        check(&Folder::vestibule("/home/ann", Platform::Unix), "/home/ann/.aws/vestibule/a.json");
        assert_eq!(Folder::new("/run/ann", Platform::Unix).path(), Path::new("/run/ann"));
        check(&Folder::cli("/", Platform::Unix), "/.aws/cli/cache/a.json");
        check(
            &Folder::sso(r"C:\Users\ann", Platform::Windows),
            r"C:\Users\ann\.aws\sso\cache\a.json",
        );
        check(&Folder::cli("C:/", Platform::Windows), r"C:\.aws\cli\cache\a.json");
        check(
            &Folder::sso(r"\\files\home$\ann\", Platform::Windows),
            r"\\files\home$\ann\.aws\sso\cache\a.json",
        );
        check(&Folder::new("/run/ann/", Platform::Unix), "/run/ann/a.json");
    }
}
