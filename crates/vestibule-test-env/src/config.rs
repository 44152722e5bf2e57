//! The configuration of the README.

/// The configuration of the README, as AWS documents it.
pub const CONFIG: &str = "\
[default]
sso_session = my-sso
sso_account_id = 111122223333
sso_role_name = SampleRole
region = us-east-1
output = json
[sso-session my-sso]
sso_region = us-east-1
sso_start_url = https://provided-domain.awsapps.com/start
sso_registration_scopes = sso:account:access
";

/// The token file of [`CONFIG`], relative to the home folder.
pub const TOKEN_FILE: &str = ".aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_is_that_of_the_readme() {
        assert!(include_str!("../../../README.md").contains(CONFIG));
    }
}
