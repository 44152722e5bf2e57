//! Passwords for Git over HTTPS with CodeCommit.
//!
//! <https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html>
//! (read 2026-11)

use vestibule_sts::sigv4::SigningParams;
use vestibule_types::{Credentials, Region, Secret, Timestamp};

/// The part of Git's credential request that names the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GitRequest {
    /// `host`, without the port.
    pub host: String,
    /// `path`, with a leading slash. Git sends it only with `credential.useHttpPath`.
    pub path: Option<String>,
}

impl GitRequest {
    /// Parses the lines that Git writes to a credential helper.
    ///
    /// Returns `None` for a host that is not CodeCommit's, so that Git calls its next helper.
    pub fn parse(text: &str) -> Option<Self> {
        let mut request = Self::default();
        for line in text.lines().take_while(|line| !line.is_empty()) {
            match line.split_once('=')? {
                ("protocol", protocol) if protocol != "https" => return None,
                ("host", host) => {
                    host.split(':').next().unwrap_or(host).clone_into(&mut request.host);
                }
                ("path", path) => {
                    request.path = Some(format!("/{}", path.trim_start_matches('/')));
                }
                _ => {}
            }
        }
        request.region().is_some().then_some(request)
    }

    /// Returns the region in the host name; `None` if the host is not CodeCommit's.
    pub fn region(&self) -> Option<Region> {
        let labels: Vec<&str> = self.host.split('.').collect();
        let (service, rest) = match labels.split_first()? {
            (first, rest) if first.starts_with("vpce-") => rest.split_first()?,
            split => split,
        };
        let ([region, "vpce", domain @ ..] | [region, domain @ ..]) = rest else { return None };
        let is_aws = matches!(domain, ["amazonaws", "com"] | ["amazonaws", "com", "cn"]);
        let is_codecommit = matches!(*service, "git-codecommit" | "git-codecommit-fips");
        if is_aws && is_codecommit { Region::new(region).ok() } else { None }
    }
}

/// Returns the user name and the password for a repository, valid for fifteen minutes.
///
/// The user name contains the session token, so both are secrets. `None` if Git sent no path: the
/// signature covers it.
pub fn codecommit_credential(
    credentials: &Credentials,
    request: &GitRequest,
    now: Timestamp,
) -> Option<(Secret, Secret)> {
    let (region, path) = (request.region()?, request.path.as_deref()?);
    let id = credentials.access_key_id();
    let user = match credentials.session_token() {
        Some(token) => format!("{id}%{}", token.expose()),
        None => id.to_owned(),
    };
    let password = SigningParams::new(credentials, &region, "codecommit", now)
        .git_password(&request.host, path);
    Some((Secret::new(user), password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::tests::{keys, now};

    fn host(host: &str) -> Option<String> {
        let request = GitRequest { host: host.to_owned(), path: None };
        request.region().map(|region| region.to_string())
    }

    #[test]
    fn password_is_the_one_of_the_aws_cli() {
        let lines = "capability[]=authtype\nprotocol=https\nhost=git-codecommit.eu-west-1.amazonaws.com:443\n\
                     path=v1/repos/demo\n\nignored";
        let request = GitRequest::parse(lines).unwrap();
        let (user, password) = codecommit_credential(&keys(Some("T/+=")), &request, now()).unwrap();
        assert_eq!(user.expose(), "AKIDEXAMPLE%T/+=");
        assert_eq!(
            password.expose(),
            "20261129T120000Z9e61d9523f1f7bf7dc69e84f1eca34b9845f346b2b5359914cb9f3d95c47540f"
        );
        let request = GitRequest { path: Some("/v1/repos/my repo".to_owned()), ..request };
        let (user, password) = codecommit_credential(&keys(None), &request, now()).unwrap();
        assert_eq!(user.expose(), "AKIDEXAMPLE");
        assert_eq!(
            password.expose(),
            "20261129T120000Ze75b32bd06c49c43bf22b0cf77ae6a084e9f52aad41c36979cd7f4b839e9f016"
        );
        let request = GitRequest { path: None, ..request };
        assert_eq!(codecommit_credential(&keys(None), &request, now()).map(drop), None);
    }

    #[test]
    fn only_hosts_of_codecommit_have_a_region() {
        for (name, region) in [
            ("git-codecommit.us-east-1.amazonaws.com", "us-east-1"),
            ("git-codecommit-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("git-codecommit.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("vpce-1a-2b.git-codecommit.us-east-1.vpce.amazonaws.com", "us-east-1"),
        ] {
            assert_eq!(host(name).as_deref(), Some(region), "{name}");
        }
        for name in [
            "",
            "github.com",
            "git-codecommit.us-east-1.amazonaws.com.example",
            "amazonaws.com",
            "git-codecommit.us-east-1.example.com",
            "sts.us-east-1.amazonaws.com",
        ] {
            assert_eq!(host(name), None, "{name}");
        }
        let plain = "protocol=http\nhost=git-codecommit.us-east-1.amazonaws.com\n";
        assert_eq!(GitRequest::parse(plain), None);
        assert_eq!(GitRequest::parse("no pairs"), None);
    }
}
