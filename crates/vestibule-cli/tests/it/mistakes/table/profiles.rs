//! Mistakes in profiles.

use super::{Fix, Row, row};

const ROLE: &str = "[default]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/R\n";
const BASE: &str = "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                    aws_secret_access_key = wJalrXUtnFEMI-EXAMPLEKEY\n";

/// Returns a row for a profile with a role. `explain` needs no role that can be assumed.
fn role(name: &'static str, rest: &str) -> Row {
    row(name).args(&["explain"]).config(&format!("{ROLE}{rest}\n{BASE}"))
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn rows() -> Vec<Row> {
    let dev = |header: &str| crate::support::CONFIG.replacen("[default]", header, 1);
    vec![
        row("misspelt key of a profile")
            .edit("sso_session =", "sso_sesion =")
            .fails(6, "did you mean `sso_session`?", "~/.aws/config:2")
            .correct(Fix::Line("sso_session = my-sso")),
        row("hyphens in a key")
            .edit("sso_role_name", "sso-role-name")
            .fails(6, "did you mean `sso_role_name`?", "~/.aws/config:4")
            .correct(Fix::Line("sso_role_name = SampleRole")),
        row("missing role")
            .edit("sso_role_name = SampleRole\n", "")
            .fails(6, "`sso_role_name` must also be set", "~/.aws/config:3")
            .correct(Fix::Line("sso_account_id = 111122223333\nsso_role_name = SampleRole")),
        row("missing account")
            .edit("sso_account_id = 111122223333\n", "")
            .fails(6, "`sso_account_id` must also be set", "~/.aws/config:3")
            .correct(Fix::Line("sso_account_id = 111122223333\nsso_role_name = SampleRole")),
        row("neither account nor role")
            .edit("sso_account_id = 111122223333\nsso_role_name = SampleRole\n", "")
            .fails(6, "it has no sso_account_id and sso_role_name", "")
            .hint("correct ~/.aws/config:2, then try again", [Fix::Line(
                "sso_session = my-sso\nsso_account_id = 111122223333\nsso_role_name = SampleRole",
            )]),
        row("account id with eleven digits")
            .edit("111122223333", "11112222333")
            .fails(6, "expected twelve digits", "~/.aws/config:3")
            .correct(Fix::Line("sso_account_id = 111122223333")),
        row("account id with hyphens")
            .edit("111122223333", "1111-2222-3333")
            .fails(6, "expected twelve digits, without dashes", "~/.aws/config:3")
            .correct(Fix::Line("sso_account_id = 111122223333")),
        row("role that is not assigned")
            .edit("SampleRole", "SampleRol")
            .fails(1, "no access to role `SampleRol`", "~/.aws/config:4")
            .hint(
                "vestibule list-roles --account-id 111122223333 --sso-session my-sso",
                [Fix::Run("SampleRole"), Fix::Line("sso_role_name = SampleRole")],
            ),
        row("role in quotes")
            .edit("SampleRole", "\"SampleRole\"")
            .fails(1, "no access to role `\"SampleRole\"`", "~/.aws/config:4")
            .hint(
                "vestibule list-roles --account-id 111122223333 --sso-session my-sso",
                [Fix::Run("SampleRole"), Fix::Line("sso_role_name = SampleRole")],
            ),
        row("header without `profile`")
            .args(&["export-credentials", "--profile", "dev"])
            .config(&dev("[dev]"))
            .fails(6, "expected `[profile dev]`", "~/.aws/config:1")
            .correct(Fix::Line("[profile dev]")),
        row("`profile` in the credentials file")
            .args(&["explain", "--profile", "ci"])
            .file(".aws/credentials", &BASE.replace("base", "ci"))
            .fails(6, "expected `[ci]`", "~/.aws/credentials:1")
            .correct(Fix::Line("[ci]")),
        row("blank in a name without quotes")
            .args(&["export-credentials", "--profile", "my dev"])
            .config(&dev("[profile my dev]"))
            .fails(6, "expected quotes around the name", "~/.aws/config:1")
            .correct(Fix::Line("[profile 'my dev']")),
        row("header without a bracket at the end")
            .args(&["export-credentials", "--profile", "default"])
            .config(&dev("[default"))
            .fails(6, "expected `]` at the end of the section header", "~/.aws/config:1")
            .correct(Fix::Line("[default]")),
        row("text before the first section")
            .config(&dev("[default]").replacen("[default]", "# mine\n- [default]", 1))
            .var("AWS_PROFILE", "default")
            .fails(6, "expected", "~/.aws/config:2")
            .correct(Fix::Line("[default]")),
        row("colon instead of an equals sign")
            .edit("sso_role_name =", "sso_role_name:")
            .fails(6, "expected `=` after the key", "~/.aws/config:4")
            .correct(Fix::Line("sso_role_name = SampleRole")),
        row("key without a value")
            .edit("\nregion = us-east-1\n", "\nregion\n")
            .fails(6, "expected `=` after the key", "~/.aws/config:5")
            .correct(Fix::Line("region = us-east-1")),
        row("misspelt profile")
            .args(&["export-credentials", "--profile", "defualt"])
            .fails(6, "similar: `default`", "--profile")
            .hint(
                "vestibule list-profiles",
                [Fix::Run("default"), Fix::Args(&["export-credentials", "--profile", "default"])],
            ),
        row("misspelt profile in the environment")
            .var("AWS_PROFILE", "defualt")
            .fails(6, "similar: `default`", "AWS_PROFILE")
            .hint(
                "vestibule list-profiles",
                [Fix::Run("default"), Fix::Set("AWS_PROFILE", Some("default"))],
            ),
        row("region with underscores")
            .args(&["whoami"])
            .edit("\nregion = us-east-1", "\nregion = us_east_1")
            .fails(6, "`us_east_1`, which is not a region", "~/.aws/config:5")
            .correct(Fix::Line("region = us-east-1")),
        row("no region")
            .args(&["whoami"])
            .edit("\nregion = us-east-1", "")
            .fails(6, "Profile \"default\" has no region", "~/.aws/config:1")
            .hint(
                "add --region NAME, set AWS_REGION, or write `region` into the profile",
                [Fix::Set("AWS_REGION", Some("us-east-1"))],
            ),
        row("two regions of the portal")
            .edit("SampleRole\n", "SampleRole\nsso_region = eu-west-1\n")
            .fails(6, "but `us-east-1` in sso-session `my-sso`", "~/.aws/config:5")
            .correct(Fix::Line("sso_region = us-east-1")),
        row("boolean")
            .edit("\nregion = us-east-1", "\nregion = us-east-1\nuse_dualstack_endpoint = yes")
            .fails(6, "expected `true` or `false`", "~/.aws/config:6")
            .correct(Fix::Line("use_dualstack_endpoint = false")),
        row("number of attempts")
            .edit("\nregion = us-east-1", "\nregion = us-east-1\nmax_attempts = many")
            .fails(6, "expected 1 or more", "~/.aws/config:6")
            .correct(Fix::Line("max_attempts = 3")),
        role("loop", "source_profile = b\n[profile b]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = default")
            .fails(6, "infinite loop", "~/.aws/config:7")
            .correct(Fix::Line("source_profile = base")),
        role("misspelt source profile", "source_profile = bse")
            .fails(6, "similar: `base`", "~/.aws/config:4")
            .correct(Fix::Line("source_profile = base")),
        role("misspelt key of the source profile", "source_proflie = base")
            .fails(6, "did you mean `source_profile`?", "~/.aws/config:4")
            .correct(Fix::Line("source_profile = base")),
        role("role without a source", "output = json")
            .fails(6, "nothing to assume it with", "~/.aws/config:3")
            .correct(Fix::Line("role_arn = arn:aws:iam::111122223333:role/R\nsource_profile = base")),
        role("two sources", "source_profile = base\ncredential_source = Environment")
            .fails(6, "Only one or the other", "~/.aws/config:4")
            .correct(Fix::Line("")),
        role("credential source", "credential_source = EC2")
            .fails(6, "`Ec2InstanceMetadata`", "~/.aws/config:4")
            .correct(Fix::Line("credential_source = Ec2InstanceMetadata")),
        role("duration", "source_profile = base\nduration_seconds = 1h")
            .fails(6, "expected whole seconds", "~/.aws/config:5")
            .correct(Fix::Line("duration_seconds = 3600")),
        role("role session name", "source_profile = base\nrole_session_name = my session")
            .fails(6, "expected 2 to 64 letters", "~/.aws/config:5")
            .correct(Fix::Line("role_session_name = my-session")),
        row("secret key is missing")
            .config("[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
            .fails(6, "profile missing aws_secret_access_key", "~/.aws/config:2")
            .correct(Fix::Line(
                "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI-EXAMPLEKEY",
            )),
        row("misspelt key of the credentials file")
            .config("")
            .file(".aws/credentials", "[default]\naws_access_key = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n")
            .fails(6, "did you mean `aws_access_key_id`?", "~/.aws/credentials:2")
            .correct(Fix::Line("aws_access_key_id = AKIAIOSFODNN7EXAMPLE")),
        row("keys in two files")
            .config("[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
            .file(".aws/credentials", "[default]\naws_secret_access_key = x\n")
            .fails(6, "are in different files", "~/.aws/config:2")
            .hint("correct ~/.aws/config:2, then try again", [
                Fix::Line("aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x"),
                Fix::Remove(".aws/credentials"),
            ]),
        row("invisible character")
            .config("")
            .file(".aws/credentials", &BASE.replace("profile base", "default").replace("AKIA", "AKIA\u{200b}"))
            .fails(6, "contains the character U+200B", "~/.aws/credentials:2")
            .correct(Fix::Line("aws_access_key_id = AKIAIOSFODNN7EXAMPLE")),
        row("keys that AWS does not know")
            .args(&["whoami", "--region", "us-east-1"])
            .config("")
            .file(".aws/credentials", &BASE.replace("profile base", "default").replace("7EXAMPLE", "8EXAMPLE"))
            .fails(1, "AWS does not accept the credentials", "~/.aws/credentials:2")
            .correct(Fix::Line("aws_access_key_id = AKIAIOSFODNN7EXAMPLE")),
    ]
}
