use vestibule_cache::Folder;
use vestibule_types::{Platform, Vars, hex};

/// The environment variable with the path of the folder.
pub const CACHE_VARIABLE: &str = "AWS_LOGIN_CACHE_DIRECTORY";

/// Returns the folder of the token files: the value of [`CACHE_VARIABLE`], or `.aws/login/cache` in
/// the home folder. `None` without a home folder.
///
/// A `~` at the start is the home folder, as in the AWS CLI; any other value is used unchanged, as in
/// the SDKs for Rust and JavaScript.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html> (read 2026-11)
pub fn folder(vars: &Vars, platform: Platform) -> Option<Folder> {
    let home = vars.home(platform);
    let path = match (vars.get(CACHE_VARIABLE), home) {
        (Some(path), Some(home)) => match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => {
                format!("{home}{rest}")
            }
            _ => path.to_owned(),
        },
        (Some(path), None) => path.to_owned(),
        (None, Some(home)) => {
            let separator = platform.separator();
            let home = home.trim_end_matches(separator);
            [home, ".aws", "login", "cache"].join(&separator.to_string())
        }
        (None, None) => return None,
    };
    Some(Folder::new(path, platform))
}

/// Returns the name of a token file: the SHA-256 of the trimmed `login_session`.
pub fn file_name(login_session: &str) -> String {
    let digest = hmac_sha256::Hash::hash(login_session.trim().as_bytes());
    format!("{}.json", hex(&digest))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn file_name_is_the_hash_of_the_session() {
        let arn = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
        let name = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
        assert_eq!(file_name(arn), name);
        assert_eq!(file_name(&format!(" {arn}\n")), name);
    }

    #[track_caller]
    fn check(vars: &[(&str, &str)], platform: Platform, expected: Option<&str>) {
        let vars: Vars = vars.iter().copied().collect();
        let found = folder(&vars, platform);
        assert_eq!(found.as_ref().map(Folder::path), expected.map(Path::new));
    }

    #[test]
    fn folder_depends_on_variables_and_platform() {
        let home = ("HOME", "/home/ann");
        check(&[home], Platform::Unix, Some("/home/ann/.aws/login/cache"));
        check(&[("HOME", "/")], Platform::Unix, Some("/.aws/login/cache"));
        check(&[], Platform::Unix, None);
        let windows = [("USERPROFILE", r"C:\Users\ann")];
        check(&windows, Platform::Windows, Some(r"C:\Users\ann\.aws\login\cache"));
        for (value, expected) in
            [("/run/x", "/run/x"), ("~/x", "/home/ann/x"), ("~", "/home/ann"), ("~x", "~x")]
        {
            check(&[home, (CACHE_VARIABLE, value)], Platform::Unix, Some(expected));
        }
        check(&[(CACHE_VARIABLE, "/run/x")], Platform::Unix, Some("/run/x"));
    }
}
