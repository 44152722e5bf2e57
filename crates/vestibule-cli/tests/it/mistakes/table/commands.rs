//! Mistakes on the command line, and files that commands write.

use super::{Fix, Row, row};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("misspelt command")
            .args(&["whoamI"])
            .fails(2, "whoami", "whoamI")
            .hint("vestibule --help", [Fix::Run("whoami"), Fix::Args(&["whoami"])]),
        row("misspelt option")
            .args(&["whoami", "--profle", "default"])
            .fails(2, "--profile", "--profle")
            .hint(
                "vestibule whoami --help",
                [Fix::Run("--profile"), Fix::Args(&["whoami", "--profile", "default"])],
            ),
        row("duration on the command line")
            .args(&["export-credentials", "--min-remaining", "5min"])
            .fails(2, "write `90s`, `15m`, `1h30m` or `2d`", "--min-remaining")
            .hint(
                "vestibule export-credentials --help",
                [
                    Fix::Run("--min-remaining"),
                    Fix::Args(&["export-credentials", "--min-remaining", "5m"]),
                ],
            ),
        row("format")
            .args(&["export-credentials", "--format", "yaml"])
            .fails(2, "possible values: process", "--format")
            .hint(
                "vestibule export-credentials --help",
                [Fix::Run("process"), Fix::Args(&["export-credentials", "--format", "process"])],
            ),
        row("region on the command line")
            .args(&["whoami", "--region", "us east"])
            .fails(2, "expected a name such as `us-east-1`", "--region")
            .hint(
                "vestibule whoami --help",
                [Fix::Run("--region"), Fix::Args(&["whoami", "--region", "us-east-1"])],
            ),
        row("account id on the command line")
            .args(&["list-roles", "--account-id", "1111-2222-3333"])
            .fails(2, "expected twelve digits", "--account-id")
            .hint(
                "vestibule list-accounts",
                [
                    Fix::Run("111122223333"),
                    Fix::Args(&["list-roles", "--account-id", "111122223333"]),
                ],
            ),
        row("longer than the credentials last")
            .args(&["exec", "--min-remaining", "20h", "--", "true"])
            .fails(1, "--min-remaining is 20h", "role SampleRole in account 111122223333")
            .hint(
                "use --min-remaining 59m or less, or have the session duration of the role raised",
                [Fix::Args(&["exec", "--min-remaining", "50m", "--", "true"])],
            ),
        row("command that does not exist")
            .args(&["exec", "--", "/no/such/program"])
            .fails(127, "No such file", "/no/such/program")
            .hint(
                "name a program in PATH, or the path of an executable file",
                [Fix::Args(&["exec", "--", "true"])],
            ),
        row("command that is not executable")
            .args(&["exec", "--", "~/.aws/config"])
            .fails(126, "Permission denied", "~/.aws/config")
            .hint(
                "name a program in PATH, or the path of an executable file",
                [Fix::Args(&["exec", "--", "true"])],
            ),
        row("key of the configuration")
            .args(&["configure", "set", "re gion", "eu-west-1"])
            .fails(2, "only letters, digits", "re gion")
            .hint(
                "vestibule configure set --help",
                [Fix::Run("KEY"), Fix::Args(&["configure", "set", "region", "eu-west-1"])],
            ),
        row("edit of a section that cannot be read")
            .args(&["configure", "set", "output", "json", "--profile", "dev"])
            .config("[default]\nregion = eu-west-1\n[profile dev]\nregion\n")
            .fails(6, "a line of the section has a syntax error", "~/.aws/config:4")
            .hint("correct ~/.aws/config:4, then try again", [Fix::Line("region = eu-west-1")]),
        row("console page of another site")
            .args(&["console", "--print", "--destination", "https://example.com/"])
            .fails(2, "invalid console URL `https://example.com/`", "")
            .hint(
                "vestibule console --help",
                [
                    Fix::Run("--destination"),
                    Fix::Args(&[
                        "console",
                        "--print",
                        "--destination",
                        "https://console.aws.amazon.com/s3",
                    ]),
                ],
            ),
        row("folder for man pages")
            .args(&["man", "--to", "~/.aws/config/x"])
            .fails(1, "Not a directory", "~/.aws/config/x")
            .hint("name a writable folder", [Fix::Args(&["man", "--to", "~/man"])]),
        row("file of GitHub Actions")
            .args(&["export-credentials", "--format", "github"])
            .var("GITHUB_ENV", "~/.aws/config/x")
            .fails(1, "Not a directory", "GITHUB_ENV")
            .hint("set GITHUB_ENV to a writable file, or unset it", [Fix::Unset]),
        row("kubeconfig")
            .args(&["eks", "update-kubeconfig", "--name", "my-cluster", "--kubeconfig", "~/kube"])
            .file("kube", "clusters: [")
            .fails(6, "invalid YAML", "~/kube")
            .hint(
                "correct ~/kube, or name another file with --kubeconfig",
                [Fix::Write("kube", "")],
            ),
        row("prompt where none is possible")
            .args(&["configure", "sso", "--sso-region", "us-east-1"])
            .fails(2, "--session-name is required when prompts are disabled", "--session-name")
            .hint(
                "add --session-name, or run it in a terminal without --no-input",
                [Fix::Args(&[
                    "configure",
                    "sso",
                    "--session-name",
                    "my-sso",
                    "--profile",
                    "new",
                    "--account-id",
                    "111122223333",
                    "--role-name",
                    "SampleRole",
                    "--region",
                    "us-east-1",
                ])],
            ),
    ]
}
