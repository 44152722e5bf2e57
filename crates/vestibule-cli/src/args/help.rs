//! Help texts of the program as a whole, which the man pages have too.

use super::commands::HEADINGS;

/// Names with their meanings.
type Rows = [(&'static str, &'static str)];

pub(crate) const EXIT_CODES: &Rows = &[
    ("0", "done"),
    ("1", "a service, the network or this machine failed; signing in again would not help"),
    ("2", "the command line is invalid"),
    ("3", "status: the access token has expired and is refreshed on next use"),
    ("4", "a sign-in is needed"),
    ("5", "status: not signed in"),
    ("6", "the configuration is invalid, or a profile that was named does not exist"),
    ("7", "no credentials are configured"),
    ("130", "interrupted"),
];

pub(crate) const EXIT_CODES_OF_COMMANDS: &str = "exec and `serve -- CMD` exit with the status of the command; 126 not executable, 127 not found.";

pub(crate) const ENVIRONMENT: &Rows = &[
    ("AWS_PROFILE, AWS_DEFAULT_PROFILE", "profile to use"),
    ("AWS_REGION, AWS_DEFAULT_REGION", "region"),
    ("AWS_CONFIG_FILE", "configuration file"),
    ("AWS_SHARED_CREDENTIALS_FILE", "credentials file"),
    ("AWS_CA_BUNDLE", "certificates to trust, in PEM format"),
    ("HTTPS_PROXY, NO_PROXY", "proxy"),
    ("BROWSER", "browser to open"),
    ("NO_COLOR", "no color"),
    ("TZ", "time zone of the times that are shown"),
    ("VESTIBULE_AGENT", "socket or pipe of an agent that gives the credentials"),
    ("VESTIBULE_PROFILE", "set by exec and vestibule-env"),
    ("VESTIBULE_EXPIRATION", "set by exec and vestibule-env"),
];

pub(crate) const FILES: &Rows = &[
    ("~/.aws/config", "profiles and SSO sessions"),
    ("~/.aws/credentials", "access keys"),
    (".aws-profile", "profile for a folder; see vestibule trust"),
    ("~/.aws/sso/cache", "access tokens, shared with all AWS tools"),
    ("~/.aws/cli/cache", "role credentials, shared with the AWS CLI"),
];

pub(crate) const EXAMPLES: &[&str] = &[
    "vestibule login && vestibule whoami",
    "vestibule configure sso",
    "vestibule exec dev -- terraform plan",
];

/// Returns the layout of the help: the commands under their headings.
pub(super) fn template() -> String {
    let mut template = "{about}\n\n{usage-heading} {usage}\n".to_owned();
    for (heading, entries) in HEADINGS {
        let shown = entries.iter().filter(|entry| !entry.is_hidden());
        let rows: Vec<_> = shown.map(|entry| (entry.name, entry.about)).collect();
        template += &table(&format!("\n{heading}"), &rows, 18);
    }
    template + "\n{options}{after-help}"
}

/// Returns the text below the options of `--help`.
pub(super) fn after_long_help() -> String {
    [
        &table("Exit codes", EXIT_CODES, 3),
        "  ",
        EXIT_CODES_OF_COMMANDS,
        "\n\n",
        &table("Environment", ENVIRONMENT, 33),
        "\n",
        &table("Files", FILES, 19),
        "\n",
        &examples(EXAMPLES),
    ]
    .concat()
}

/// Returns examples under their heading.
pub(super) fn examples(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("\n  {line}")).collect();
    if lines.is_empty() { String::new() } else { format!("Example:{}", lines.concat()) }
}

fn table(heading: &str, rows: &Rows, width: usize) -> String {
    let rows: Vec<String> =
        rows.iter().map(|(name, meaning)| format!("  {name:<width$}  {meaning}\n")).collect();
    format!("{heading}:\n{}", rows.concat())
}
