//! Output formats of credentials: those of `aws configure export-credentials`, byte for byte except
//! for `Z` in timestamps, and four more.

use serde_json::json;
use vestibule::Credentials;

use crate::args::Format;
use crate::quoting::Dialect;

/// Error returned for a value that the format cannot quote safely.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unquotable {
    pub(crate) name: &'static str,
    pub(crate) format: Format,
}

/// Returns the environment variables of credentials, in the order of `aws`.
pub(crate) fn variables(credentials: &Credentials) -> Vec<(&'static str, String)> {
    let mut pairs = vec![
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id().to_owned()),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key().expose().to_owned()),
    ];
    if let Some(token) = credentials.session_token() {
        pairs.push(("AWS_SESSION_TOKEN", token.expose().to_owned()));
    }
    if let Some(expires) = credentials.expires_at() {
        pairs.push(("AWS_CREDENTIAL_EXPIRATION", expires.to_string()));
    }
    pairs
}

/// Returns the same with the variables of a region.
fn variables_with_region(
    credentials: &Credentials,
    region: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut pairs = variables(credentials);
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        pairs.extend(region.map(|region| (name, region.to_owned())));
    }
    pairs
}

/// Returns the text in a format, with a final newline. `Process` has no region.
///
/// `Github` includes the masks; [`github_env`] returns the lines for the file alone.
pub(crate) fn render(
    credentials: &Credentials,
    region: Option<&str>,
    format: Format,
) -> Result<String, Unquotable> {
    if format == Format::Process {
        return Ok(process(credentials));
    }
    let pairs = variables_with_region(credentials, region);
    if format == Format::Nu {
        return Ok(nu(&pairs));
    }
    let mut text = if format == Format::Github { masks(credentials)? } else { String::new() };
    for (name, value) in &pairs {
        let line = match format {
            Format::Env => format!("export {name}={}", Dialect::Posix.quote(value)),
            Format::EnvNoExport => format!("{name}={}", Dialect::Posix.quote(value)),
            Format::Powershell => format!("$Env:{name}=\"{}\"", plain(name, value, format)?),
            Format::WindowsCmd => format!("set {name}={}", plain(name, value, format)?),
            Format::Fish => format!("set -gx {name} \"{}\"", plain(name, value, format)?),
            _ => format!("{name}={}", plain(name, value, format)?),
        };
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}

/// Returns `::add-mask::` lines, which make the runner hide the secrets in its logs.
pub(crate) fn masks(credentials: &Credentials) -> Result<String, Unquotable> {
    let secrets = variables(credentials)
        .into_iter()
        .filter(|(name, _)| matches!(*name, "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN"));
    let mut text = String::new();
    for (name, value) in secrets {
        text.push_str("::add-mask::");
        text.push_str(plain(name, &value, Format::Github)?);
        text.push('\n');
    }
    Ok(text)
}

/// Returns the lines for the file that `$GITHUB_ENV` names.
pub(crate) fn github_env(
    credentials: &Credentials,
    region: Option<&str>,
) -> Result<String, Unquotable> {
    let mut text = String::new();
    for (name, value) in variables_with_region(credentials, region) {
        text.push_str(name);
        text.push('=');
        text.push_str(plain(name, &value, Format::Github)?);
        text.push('\n');
    }
    Ok(text)
}

/// Returns the keys in the order of `aws`, indented by two blanks.
fn process(credentials: &Credentials) -> String {
    let mut members = vec![
        ("Version", json!(1)),
        ("AccessKeyId", json!(credentials.access_key_id())),
        ("SecretAccessKey", json!(credentials.secret_access_key().expose())),
    ];
    if let Some(token) = credentials.session_token() {
        members.push(("SessionToken", json!(token.expose())));
    }
    if let Some(expires) = credentials.expires_at() {
        members.push(("Expiration", json!(expires.to_string())));
    }
    let lines: Vec<_> =
        members.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

/// Returns a NUON record, whose strings are JSON strings.
fn nu(pairs: &[(&str, String)]) -> String {
    let members: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}: {}", json!(value))).collect();
    format!("{{{}}}\n", members.join(", "))
}

/// Returns an ordinary value; these formats have no safe quoting for others.
fn plain<'v>(name: &'static str, value: &'v str, format: Format) -> Result<&'v str, Unquotable> {
    if value.bytes().all(is_ordinary) {
        return Ok(value);
    }
    Err(Unquotable { name, format })
}

/// Returns whether no shell gives the byte a meaning.
fn is_ordinary(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=:-_.,".contains(&byte)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use vestibule::{SecretAccessKey, SessionToken, Timestamp};

    use super::*;

    fn credentials(secret: &str) -> Credentials {
        Credentials::new("ASIAEXAMPLE", SecretAccessKey::new(secret))
            .with_session_token(SessionToken::new("token+/="))
            .with_expires_at(Timestamp::EPOCH)
    }

    #[track_caller]
    fn check(format: Format, expected: &Expect) {
        expected.assert_eq(&render(&credentials("se/cret"), None, format).unwrap());
    }

    #[test]
    fn ordinary_values_match_aws_output() {
        check(
            Format::Process,
            &expect![[r#"
                {
                  "Version": 1,
                  "AccessKeyId": "ASIAEXAMPLE",
                  "SecretAccessKey": "se/cret",
                  "SessionToken": "token+/=",
                  "Expiration": "1970-01-01T00:00:00Z"
                }
            "#]],
        );
        check(
            Format::Env,
            &expect![[r"
                export AWS_ACCESS_KEY_ID=ASIAEXAMPLE
                export AWS_SECRET_ACCESS_KEY=se/cret
                export AWS_SESSION_TOKEN=token+/=
                export AWS_CREDENTIAL_EXPIRATION=1970-01-01T00:00:00Z
            "]],
        );
        check(
            Format::Fish,
            &expect![[r#"
                set -gx AWS_ACCESS_KEY_ID "ASIAEXAMPLE"
                set -gx AWS_SECRET_ACCESS_KEY "se/cret"
                set -gx AWS_SESSION_TOKEN "token+/="
                set -gx AWS_CREDENTIAL_EXPIRATION "1970-01-01T00:00:00Z"
            "#]],
        );
        check(
            Format::Nu,
            &expect![[r#"
                {AWS_ACCESS_KEY_ID: "ASIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "se/cret", AWS_SESSION_TOKEN: "token+/=", AWS_CREDENTIAL_EXPIRATION: "1970-01-01T00:00:00Z"}
            "#]],
        );
        check(
            Format::Github,
            &expect![[r"
                ::add-mask::se/cret
                ::add-mask::token+/=
                AWS_ACCESS_KEY_ID=ASIAEXAMPLE
                AWS_SECRET_ACCESS_KEY=se/cret
                AWS_SESSION_TOKEN=token+/=
                AWS_CREDENTIAL_EXPIRATION=1970-01-01T00:00:00Z
            "]],
        );
    }

    #[test]
    fn region_follows_the_variables_of_aws() {
        let region = |format| render(&credentials("s"), Some("eu-west-1"), format).unwrap();
        let env = region(Format::Env);
        let lines = "export AWS_REGION=eu-west-1\nexport AWS_DEFAULT_REGION=eu-west-1\n";
        assert_eq!(env, render(&credentials("s"), None, Format::Env).unwrap() + lines);
        assert!(region(Format::Nu).contains("AWS_REGION: \"eu-west-1\""));
        assert!(!region(Format::Process).contains("eu-west-1"));
    }

    #[test]
    fn shell_metacharacters_are_quoted_or_refused() {
        let hostile = credentials("a'$(rm -rf ~)\n");
        let text = render(&hostile, None, Format::EnvNoExport).unwrap();
        assert!(text.contains(r"AWS_SECRET_ACCESS_KEY='a'\''$(rm -rf ~)"), "{text}");
        for format in
            [Format::Powershell, Format::WindowsCmd, Format::Fish, Format::Dotenv, Format::Github]
        {
            let refused = render(&hostile, None, format).unwrap_err();
            assert_eq!(refused.name, "AWS_SECRET_ACCESS_KEY", "{format:?}");
        }
    }
}
