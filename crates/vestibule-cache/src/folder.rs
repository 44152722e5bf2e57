use std::path::{Path, PathBuf};

use vestibule_types::Platform;

/// A folder of cache files, with the separator of its platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    path: String,
    platform: Platform,
}

impl Folder {
    /// Where tokens and registrations are: `.aws/sso/cache` under the home folder.
    pub fn sso(home: &str, platform: Platform) -> Self {
        Self::under(home, &["sso", "cache"], platform)
    }

    /// Where the AWS CLI keeps role credentials: `.aws/cli/cache` under the home folder.
    pub fn cli(home: &str, platform: Platform) -> Self {
        Self::under(home, &["cli", "cache"], platform)
    }

    /// Where we keep what no other tool reads: `.aws/vestibule` under the home folder.
    pub fn vestibule(home: &str, platform: Platform) -> Self {
        Self::under(home, &["vestibule"], platform)
    }

    /// A folder of the user's choice.
    pub fn at(path: impl Into<String>, platform: Platform) -> Self {
        Self { path: path.into(), platform }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        Path::new(&self.path)
    }

    /// A file in it, by a name from [`key`](crate::key).
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
    fn each_platform_has_its_separator() {
        check(&Folder::sso("/home/ann", Platform::Unix), "/home/ann/.aws/sso/cache/a.json");
        check(&Folder::cli("/", Platform::Unix), "/.aws/cli/cache/a.json");
        check(
            &Folder::sso(r"C:\Users\ann", Platform::Windows),
            r"C:\Users\ann\.aws\sso\cache\a.json",
        );
        check(&Folder::cli("C:/", Platform::Windows), r"C:\.aws\cli\cache\a.json");
        check(&Folder::at("/run/ann/", Platform::Unix), "/run/ann/a.json");
    }
}
