//! Mistakes in SSO sessions, and sessions that are not signed in.

use super::{Fix, Row, row};

const LOGIN: &[&str] = &["login"];

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn rows() -> Vec<Row> {
    let token = ".aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json";
    vec![
        row("misspelt key of a session")
            .edit("sso_start_url", "sso_start_uri")
            .fails(6, "did you mean `sso_start_url`?", "~/.aws/config:9")
            .correct(Fix::Line("sso_start_url = https://provided-domain.awsapps.com/start")),
        row("missing region of the session")
            .edit("sso_region = us-east-1\n", "")
            .fails(6, "`sso_region` was missing", "~/.aws/config:7")
            .correct(Fix::Line("[sso-session my-sso]\nsso_region = us-east-1")),
        row("missing start URL")
            .edit("sso_start_url = https://provided-domain.awsapps.com/start\n", "")
            .fails(6, "`sso_start_url` was missing", "~/.aws/config:7")
            .correct(Fix::Line(
                "[sso-session my-sso]\nsso_start_url = https://provided-domain.awsapps.com/start",
            )),
        row("misspelt session")
            .edit("sso_session = my-sso", "sso_session = mysso")
            .fails(6, "similar: `my-sso`", "~/.aws/config:2")
            .correct(Fix::Line("sso_session = my-sso")),
        row("misspelt session on the command line")
            .args(&["login", "--sso-session", "mysso"])
            .fails(6, "similar: `my-sso`", "--sso-session")
            .hint(
                "vestibule list-sessions",
                [Fix::Run("my-sso"), Fix::Args(&["login", "--sso-session", "my-sso"])],
            ),
        row("region of the session with a blank")
            .args(LOGIN)
            .edit("sso_region = us-east-1", "sso_region = us east 1")
            .fails(6, "`us east 1`, which is not a region", "~/.aws/config:8")
            .correct(Fix::Line("sso_region = us-east-1")),
        row("region of the session that does not exist")
            .args(&["login", "--use-device-code"])
            .edit("sso_region = us-east-1", "sso_region = us-esat-1")
            .without("AWS_ENDPOINT_URL")
            .var("AWS_MAX_ATTEMPTS", "1")
            .fails(1, "could not resolve the host name oidc.us-esat-1.amazonaws.com", "~/.aws/config:8")
            .hint(
                "correct ~/.aws/config:8, then try again",
                [Fix::Line("sso_region = us-east-1"), Fix::Set("AWS_ENDPOINT_URL", Some("EMULATOR"))],
            ),
        row("start URL without TLS")
            .args(LOGIN)
            .edit("https://provided", "http://provided")
            .fails(6, "does not begin with https://", "~/.aws/config:9")
            .correct(Fix::Line("sso_start_url = https://provided-domain.awsapps.com/start")),
        row("start URL without a scheme")
            .args(LOGIN)
            .edit("https://provided", "provided")
            .fails(6, "does not begin with https://", "~/.aws/config:9")
            .correct(Fix::Line("sso_start_url = https://provided-domain.awsapps.com/start")),
        row("unknown start URL")
            .args(&["login", "--use-device-code"])
            .edit("provided-domain", "provided-domian")
            .fails(1, "is not known in us-east-1", "~/.aws/config:9")
            .hint(
                "correct ~/.aws/config:9 or ~/.aws/config:8, then try again",
                [Fix::Line("sso_start_url = https://provided-domain.awsapps.com/start")],
            ),
        row("e-mail address in the place of a profile")
            .args(&["login", "ann@example.com"])
            .fails(6, "`ann@example.com` is not a profile", "e-mail address")
            .hint("vestibule login", [Fix::Run("my-sso"), Fix::Args(LOGIN)]),
        row("session in the place of a profile")
            .args(&["export-credentials", "my-sso"])
            .fails(6, "`my-sso` is an SSO session", "(argument)")
            .hint(
                "vestibule export-credentials --profile default",
                [Fix::Run("AccessKeyId"), Fix::Args(&["export-credentials"])],
            ),
        row("not signed in")
            .file(token, "")
            .folder(".aws/sso")
            .fails(4, "You are not signed in to SSO session \"my-sso\"", "~/.aws/config:2")
            .hint("vestibule login --sso-session my-sso", [Fix::Run("Signed in to my-sso")]),
        row("corrupt token")
            .file(token, "{\"accessToken\": ")
            .fails(4, "the cached token is corrupt", "~/.aws/sso/cache/")
            .hint("vestibule login --sso-session my-sso", [Fix::Run("Signed in to my-sso")]),
        row("token of another portal")
            .file(
                token,
                "{\"accessToken\": \"a\", \"expiresAt\": \"2099-01-01T00:00:00Z\", \
                 \"startUrl\": \"https://other.awsapps.com/start\", \"region\": \"us-east-1\"}",
            )
            .fails(4, "was issued for https://other.awsapps.com/start", "~/.aws/sso/cache/")
            .hint("vestibule login --sso-session my-sso", [Fix::Run("Signed in to my-sso")]),
        row("sign-in where no user is")
            .args(LOGIN)
            .folder(".aws/sso")
            .var("CI", "true")
            .fails(4, "no user can approve it here (CI)", "")
            .hint("vestibule login --sso-session my-sso --use-device-code", [Fix::Set("CI", None), Fix::Run("Signed in")]),
        row("cache that cannot be written")
            .args(LOGIN)
            .folder(".aws/sso")
            .file(".aws/sso/cache", "")
            .fails(1, "The sign-in cannot be stored", "~/.aws/sso/cache")
            .hint(
                "make ~/.aws/sso/cache writable, then try again",
                [Fix::Remove(".aws/sso/cache")],
            ),
        row("no profile, several that use SSO")
            .config(
                "[profile a]\nsso_session = one\n[profile b]\nsso_session = two\n\
                 [sso-session one]\nsso_start_url = https://provided-domain.awsapps.com/start\n\
                 sso_region = us-east-1\n[sso-session two]\n\
                 sso_start_url = https://provided-domain.awsapps.com/start\nsso_region = us-east-1\n",
            )
            .args(&["login"])
            .fails(6, "Several SSO sessions: one, two", "")
            .hint(
                "vestibule login --sso-session one",
                [Fix::Run("Signed in to one"), Fix::Args(&["login", "--sso-session", "one"])],
            ),
    ]
}
