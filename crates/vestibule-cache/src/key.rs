//! The names of cache files, which are hashes of the session, client or role that they belong to.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html> (read 2026-11);
//! registrations and role credentials are named as AWS CLI 2.36 names them.

use vestibule_types::json::{Output, Value};
#[cfg(feature = "role-credentials")]
use vestibule_types::{AccountId, RoleName};
use vestibule_types::{SessionName, SsoSession};

/// The name in the hash of our client registrations. Other tools register clients of their own.
const TOOL: &str = "vestibule";

/// Returns the name of the token file: the hash of the session's name, or, without a name, of the
/// start URL exactly as configured ([`SsoSession::label`]).
pub fn token(session: &SsoSession) -> String {
    file_name(session.label().as_bytes())
}

/// Returns the name of the file with the client registration for a session.
pub fn registration(session: &SsoSession) -> String {
    registration_of(TOOL, session)
}

/// Returns the name of the file with the listing of a portal; its hash is that of the token file.
#[cfg(feature = "listing")]
pub fn listing(session: &SsoSession) -> String {
    let hash = sha1_smol::Sha1::from(session.label().as_bytes()).hexdigest();
    format!("{hash}.tsv")
}

/// Returns the name of the AWS CLI's file with the credentials of a role of the portal.
#[cfg(feature = "role-credentials")]
pub fn role_credentials(session: &SsoSession, account: &AccountId, role: &RoleName) -> String {
    let session_name = session.name.as_ref().map(SessionName::as_str);
    let start_url = session_name.is_none().then_some(session.start_url.as_str());
    let material = Output::default()
        .with("accountId", account.as_str())
        .with("roleName", role.as_str())
        .with("sessionName", session_name)
        .with("startUrl", start_url);
    file_name(&material.to_vec_compact())
}

/// The parameters of the AWS CLI's call of `AssumeRole`; those that are not configured are left out.
#[cfg(feature = "role-credentials")]
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the call")]
pub struct AssumeRole<'a> {
    /// `DurationSeconds`.
    pub duration_seconds: Option<u64>,
    /// `ExternalId`.
    pub external_id: Option<&'a str>,
    /// `RoleArn`.
    pub role_arn: &'a str,
    /// `RoleSessionName`, unless it is generated.
    pub session_name: Option<&'a str>,
    /// `SerialNumber`.
    pub mfa_serial: Option<&'a str>,
}

/// Returns the name of the AWS CLI's file with the credentials of an assumed role.
#[cfg(feature = "role-credentials")]
pub fn assumed_role(call: &AssumeRole<'_>) -> String {
    let material = Output::default()
        .with("DurationSeconds", call.duration_seconds)
        .with("ExternalId", call.external_id)
        .with("RoleArn", call.role_arn)
        .with("RoleSessionName", call.session_name)
        .with("SerialNumber", call.mfa_serial);
    file_name(&material.to_vec())
}

fn registration_of(tool: &str, session: &SsoSession) -> String {
    let scopes = if session.scopes.is_empty() { Value::Null } else { session.scopes[..].into() };
    let session_name = session.name.as_ref().map(SessionName::as_str);
    let material = Output::default()
        .with("region", session.region.as_str())
        .with("scopes", scopes)
        .with("session_name", session_name.map_or(Value::Null, Value::from))
        .with("startUrl", session.start_url.as_str())
        .with("tool", tool);
    file_name(&material.to_vec())
}

fn file_name(material: &[u8]) -> String {
    format!("{}.json", sha1_smol::Sha1::from(material).hexdigest())
}

#[cfg(test)]
mod tests {
    use vestibule_types::{Region, StartUrl};

    use super::*;

    const START_URL: &str = "https://d-abc123.awsapps.com/start";

    fn session(name: &str) -> SsoSession {
        SsoSession::named(
            SessionName::new(name).unwrap(),
            StartUrl::new(START_URL).unwrap(),
            Region::new("us-east-1").unwrap(),
        )
    }

    fn legacy(url: &str, region: &str) -> SsoSession {
        SsoSession::legacy(StartUrl::new(url).unwrap(), Region::new(region).unwrap())
    }

    #[track_caller]
    fn check(name: &str, hash: &str) {
        assert_eq!(name, format!("{hash}.json"));
    }

    #[test]
    fn token_file_name_is_the_hash_of_the_session_name() {
        check(&token(&session("my-sso")), "0ad374308c5a4e22f723adf10145eafad7c4031c");
        check(&token(&session("admin")), "d033e22ae348aeb5660fc2140aec35850c4da997");
        check(&token(&session("dev")), "34c6fceca75e456f25e7e99531e2425c6c1de443");
        check(&token(&session("équipe")), "e85e3a0d6d7c5e4114d817fccf50b403c11e9b7f");
    }

    #[test]
    fn token_file_name_without_session_name_is_the_hash_of_the_start_url() {
        let name = |url| token(&legacy(url, "us-east-1"));
        check(&name(START_URL), "40a89917e3175433e361b710a9d43528d7f1890a");
        assert_ne!(name(START_URL), name("https://d-abc123.awsapps.com/start/"));
    }

    #[cfg(feature = "listing")]
    #[test]
    fn listing_file_name_has_the_hash_of_the_token_file() {
        let name = listing(&session("my-sso"));
        assert_eq!(name, "0ad374308c5a4e22f723adf10145eafad7c4031c.tsv");
    }

    #[test]
    fn registration_file_name_is_that_of_botocore() {
        let scoped = session("my-sso").with_scopes(["sso:account:access"]);
        let name = |session: &SsoSession| registration_of("botocore", session);
        check(&name(&scoped), "18d9b42846b15eb5385befb03b3d864f800fcc11");
        check(&name(&session("my-sso")), "7af4639e6a11a78ced2d4bb3c69314f42f27dd04");
        check(&name(&legacy(START_URL, "us-west-2")), "d75f79f67bab3f92a2b1450471c0c2574de0dca4");
    }

    #[test]
    fn registration_file_name_is_not_that_of_another_tool() {
        let scoped = session("my-sso").with_scopes(["sso:account:access"]);
        check(&registration(&scoped), "5b4734c3ef6f190f735629f76c7ab9379edc4efa");
    }

    #[cfg(feature = "role-credentials")]
    #[test]
    fn role_credentials_file_name_is_that_of_the_aws_cli() {
        let name = |session: &SsoSession, account, role| {
            let account = AccountId::new(account).unwrap();
            role_credentials(session, &account, &RoleName::new(role).unwrap())
        };
        check(
            &name(&session("my-sso"), "111122223333", "SampleRole"),
            "5a6d67f0141c391d87d6e15ac122ad86af2cdb81",
        );
        check(
            &name(
                &legacy("https://d-92671207e4.awsapps.com/start", "us-east-1"),
                "1234567890",
                "test-role",
            ),
            "048db75bbe50955c16af7aba6ff9c41a3131bb7e",
        );
    }

    #[cfg(feature = "role-credentials")]
    #[test]
    fn assumed_role_file_name_is_that_of_the_aws_cli() {
        let call = AssumeRole {
            role_arn: "arn:aws:iam::123456789012:role/RoleA",
            session_name: None,
            external_id: None,
            mfa_serial: None,
            duration_seconds: None,
        };
        check(&assumed_role(&call), "330942beff5b0648244cebd8031e0bfca87ac4a0");
        let call = AssumeRole { session_name: Some("sess"), duration_seconds: Some(3600), ..call };
        check(&assumed_role(&call), "1491b99d9e296cab70e6aa190512bdc609f0b1b5");
    }
}
