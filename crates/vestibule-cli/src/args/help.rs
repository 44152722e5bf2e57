//! Help texts of the program as a whole.

/// The commands in groups; the test `commands_of_the_help_are_complete` compares them.
pub(super) const HELP_TEMPLATE: &str = "\
{about}

{usage-heading} {usage}

Sign in and out:
  login               Sign in to IAM Identity Center or to the console
  logout              Sign out and end the portal session
  status              Show sessions and when they expire

Use credentials:
  exec                Run a command with credentials in its environment
  export-credentials  Print credentials for other programs
  serve               Serve credentials to programs and containers
  console             Open the AWS console, signed in
  whoami              Show the account and role of the credentials

Tokens for other services:
  eks                 Tokens and kubeconfig entries for EKS clusters
  rds                 Passwords for RDS and Aurora databases
  dsql                Passwords for Aurora DSQL
  elasticache         Passwords for ElastiCache caches
  memorydb            Passwords for MemoryDB clusters
  codecommit          Passwords for Git with CodeCommit

Look around:
  list-profiles       List profiles
  list-sessions       List SSO sessions
  list-accounts       List the accounts assigned to you
  list-roles          List the roles assigned to you

Set up and repair:
  configure           Set up, check and change the configuration
  explain             Show how credentials of the profile are found
  doctor              Diagnose sign-in problems
  completions         Print the completion script for a shell
  man                 Print the man page

As spelled for aws:
  sso, sts            aws sso login, aws sts get-caller-identity and others

{options}{after-help}";

/// Exit codes, environment variables and files, below `--help`.
pub(super) const LONG_HELP: &str = "\
Exit codes:
  0    done
  1    a service, the network or this machine failed; signing in again would not help
  2    the command line is invalid
  3    status: the access token has expired and is refreshed on next use
  4    a sign-in is needed
  5    status: not signed in
  6    the configuration is invalid, or a profile that was named does not exist
  7    no credentials are configured
  130  interrupted
  exec and `serve -- CMD` exit with the status of the command; 126 not executable, 127 not found.

Environment:
  AWS_PROFILE, AWS_DEFAULT_PROFILE   profile to use
  AWS_REGION, AWS_DEFAULT_REGION     region
  AWS_CONFIG_FILE                    configuration file
  AWS_SHARED_CREDENTIALS_FILE        credentials file
  AWS_CA_BUNDLE                      certificates to trust, in PEM format
  HTTPS_PROXY, NO_PROXY              proxy
  BROWSER                            browser to open
  NO_COLOR                           no color
  VESTIBULE_PROFILE                  set by exec and vestibule-env
  VESTIBULE_EXPIRATION               set by exec and vestibule-env

Files:
  ~/.aws/config        profiles and SSO sessions
  ~/.aws/credentials   access keys
  ~/.aws/sso/cache     access tokens, shared with all AWS tools
  ~/.aws/cli/cache     role credentials, shared with the AWS CLI

Example:
  vestibule login && vestibule whoami
  vestibule configure sso
  vestibule exec dev -- terraform plan";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn commands_of_the_help_are_complete() {
        let root = Cli::command();
        for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
            let name = command.get_name();
            let is_listed = HELP_TEMPLATE.contains(&format!("\n  {name} "));
            assert!(is_listed || HELP_TEMPLATE.contains("sso, sts") && name.len() == 3, "{name}");
        }
    }

    #[test]
    fn grammar_is_consistent() {
        Cli::command().debug_assert();
    }
}
