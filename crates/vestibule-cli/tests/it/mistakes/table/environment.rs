//! Mistakes in variables, and files that they name.

use super::{Fix, NOT_SIGNED_IN, Row, row};

const KEYS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

fn keys(name: &'static str, id: &str) -> Row {
    row(name).args(&["whoami"]).var(KEYS[0], id).var(KEYS[1], "x")
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn rows() -> Vec<Row> {
    let web_identity = |name| {
        row(name)
            .config(NOT_SIGNED_IN)
            .var("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/Pod")
            .var("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token")
    };
    vec![
        row("region")
            .args(&["whoami"])
            .var("AWS_REGION", "us east")
            .fails(6, "`us east`, which is not a region", "AWS_REGION")
            .correct(Fix::Value("us-east-1")),
        row("attempts")
            .var("AWS_MAX_ATTEMPTS", "many")
            .fails(6, "expected 1 or more", "AWS_MAX_ATTEMPTS")
            .correct(Fix::Value("3")),
        row("boolean in a variable")
            .var("AWS_USE_FIPS_ENDPOINT", "yes")
            .fails(6, "expected `true` or `false`", "AWS_USE_FIPS_ENDPOINT")
            .correct(Fix::Value("false")),
        row("clock offset")
            .var("VESTIBULE_CLOCK_OFFSET", "soon")
            .fails(6, "expected a number of seconds", "VESTIBULE_CLOCK_OFFSET")
            .correct(Fix::Value("0")),
        keys("expired keys", "ASIAIOSFODNN7EXAMPLE")
            .var(KEYS[2], "t")
            .var("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
            .fails(6, "expired at TIME", "AWS_ACCESS_KEY_ID")
            .hint("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN", [Fix::Unset]),
        keys("expiration that is not a time", "ASIAIOSFODNN7EXAMPLE")
            .args(&["export-credentials"])
            .var(KEYS[2], "t")
            .var("AWS_CREDENTIAL_EXPIRATION", "tomorrow")
            .fails(6, "not a point in time", "AWS_CREDENTIAL_EXPIRATION")
            .correct(Fix::Value("2099-01-01T00:00:00Z")),
        row("access key without its secret")
            .config(NOT_SIGNED_IN)
            .var(KEYS[0], "AKIAIOSFODNN7EXAMPLE")
            .fails(7, "AWS_SECRET_ACCESS_KEY is not set, AWS_ACCESS_KEY_ID is", "")
            .hint(
                "set AWS_SECRET_ACCESS_KEY, or unset AWS_ACCESS_KEY_ID",
                [Fix::Set(KEYS[1], Some("x"))],
            ),
        row("secret without its access key")
            .config(NOT_SIGNED_IN)
            .var(KEYS[1], "x")
            .fails(7, "AWS_ACCESS_KEY_ID is not set, AWS_SECRET_ACCESS_KEY is", "")
            .hint(
                "set AWS_ACCESS_KEY_ID, or unset AWS_SECRET_ACCESS_KEY",
                [Fix::Set(KEYS[0], Some("AKIAIOSFODNN7EXAMPLE"))],
            ),
        keys("keys that AWS does not know, in the environment", "AKIAIOSFODNN8EXAMPLE")
            .fails(1, "AWS does not accept the credentials", "AWS_ACCESS_KEY_ID")
            .hint(
                "correct AWS_ACCESS_KEY_ID, then try again",
                [
                    Fix::Value("AKIAIOSFODNN7EXAMPLE"),
                    Fix::Set(KEYS[1], Some("wJalrXUtnFEMI-EXAMPLEKEY")),
                ],
            ),
        keys("wrong secret", "AKIAIOSFODNN7EXAMPLE")
            .fails(1, "SignatureDoesNotMatch", "AWS_ACCESS_KEY_ID")
            .hint(
                "correct AWS_ACCESS_KEY_ID, then try again",
                [Fix::Set(KEYS[1], Some("wJalrXUtnFEMI-EXAMPLEKEY"))],
            ),
        keys("temporary key without its session token", "ASIAIOSFODNN7EXAMPLE")
            .fails(1, "a temporary key needs AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")
            .hint("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY", [Fix::Unset]),
        web_identity("token file that does not exist")
            .fails(1, "No such file", "AWS_WEB_IDENTITY_TOKEN_FILE")
            .hint(
                "correct AWS_WEB_IDENTITY_TOKEN_FILE, then try again",
                [Fix::Write("token", "IDENTITY")],
            ),
        web_identity("empty token file")
            .file("token", "\n")
            .fails(1, "it is empty", "AWS_WEB_IDENTITY_TOKEN_FILE")
            .hint(
                "correct AWS_WEB_IDENTITY_TOKEN_FILE, then try again",
                [Fix::Write("token", "IDENTITY")],
            ),
        web_identity("token that is not one")
            .file("token", "garbage")
            .fails(1, "InvalidIdentityToken", "AWS_WEB_IDENTITY_TOKEN_FILE")
            .hint(
                "correct AWS_WEB_IDENTITY_TOKEN_FILE, then try again",
                [Fix::Write("token", "IDENTITY")],
            ),
        web_identity("token file that is a folder")
            .folder("token")
            .fails(1, "is a directory", "AWS_WEB_IDENTITY_TOKEN_FILE")
            .hint(
                "correct AWS_WEB_IDENTITY_TOKEN_FILE, then try again",
                [Fix::Remove("token"), Fix::Write("token", "IDENTITY")],
            ),
        web_identity("token file without a role")
            .without("AWS_ROLE_ARN")
            .file("token", "IDENTITY")
            .fails(7, "AWS_ROLE_ARN is not set", "")
            .hint(
                "set AWS_ROLE_ARN, or unset AWS_WEB_IDENTITY_TOKEN_FILE",
                [Fix::Set("AWS_ROLE_ARN", Some("arn:aws:iam::111122223333:role/Pod"))],
            ),
        row("configuration file that does not exist")
            .args(&["login"])
            .var("AWS_CONFIG_FILE", "~/nowhere")
            .fails(6, "which does not exist", "AWS_CONFIG_FILE names ~/nowhere")
            .hint("correct AWS_CONFIG_FILE, then try again", [Fix::Value("~/.aws/config")]),
        row("credentials file that does not exist")
            .config("")
            .var("AWS_SHARED_CREDENTIALS_FILE", "~/nowhere")
            .file(
                "keys",
                "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n",
            )
            .fails(7, "which does not exist", "AWS_SHARED_CREDENTIALS_FILE names ~/nowhere")
            .hint("correct AWS_SHARED_CREDENTIALS_FILE, then try again", [Fix::Value("~/keys")]),
        row("folder instead of a configuration file")
            .var("AWS_CONFIG_FILE", "~/.aws")
            .fails(6, "is a directory, not a regular file", "AWS_CONFIG_FILE")
            .hint("correct AWS_CONFIG_FILE, then try again", [Fix::Set("AWS_CONFIG_FILE", None)]),
        row("folder in place of the default file, as Docker makes it")
            .folder(".aws/credentials")
            .fails(6, "is a directory, not a regular file", "~/.aws/credentials")
            .hint(
                "rename or remove the folder ~/.aws/credentials, then try again",
                [Fix::Remove(".aws/credentials")],
            ),
        row("home folder that does not exist")
            .var("HOME", "~/nowhere")
            .fails(7, "the home folder ~/nowhere (HOME) does not exist", "HOME")
            .hint("correct HOME, then try again", [Fix::Value("~/")]),
        row("no home folder")
            .args(&["login"])
            .without("HOME")
            .fails(6, "HOME is not set", "HOME")
            .hint("set HOME to your home folder, then try again", [Fix::Set("HOME", Some("~/"))]),
        row("sudo")
            .folder("root")
            .var("HOME", "~/root")
            .var("SUDO_USER", "ann")
            .fails(7, "and not in the home folder of ann", "~/root")
            .hint(
                "run it without sudo, or: sudo -u ann …",
                [Fix::Set("HOME", Some("~/")), Fix::Set("SUDO_USER", None)],
            ),
        row("agent that does not listen")
            .var("VESTIBULE_AGENT", "~/agent.sock")
            .fails(1, "no agent listens at ~/agent.sock", "VESTIBULE_AGENT")
            .hint(
                "start one: vestibule agent --allow PROFILE; or unset VESTIBULE_AGENT",
                [Fix::Unset],
            ),
        row("agent that is not a socket")
            .var("VESTIBULE_AGENT", "~/.aws/config")
            .fails(1, "no agent listens at ~/.aws/config", "VESTIBULE_AGENT")
            .hint(
                "start one: vestibule agent --allow PROFILE; or unset VESTIBULE_AGENT",
                [Fix::Unset],
            ),
    ]
}
