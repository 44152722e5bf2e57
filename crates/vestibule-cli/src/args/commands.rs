//! The commands: their names, help texts and arguments, in the order of the help.

use super::Agent;
use super::cache::CACHE;
use super::entry::{Arguments, Entry, Kind, arguments};
use super::notes::{EXPORT_NOTES, REGISTRY_NOTES, STATUS_NOTES, SYNC_NOTES, USE_NOTES, WAIT_NOTES};
use super::tokens::TOKENS;
use super::{
    AddRegistry, Command, Complete, Completions, Configure, ConfigureSession, ConfigureSso,
    ConfigureSync, Console, CredentialArgs, Doctor, Exec, ExportCredentials, Get, Lint,
    ListAccounts, ListProfiles, ListRoles, ListSessions, Login, Man, NoArgs, ProfileArg,
    RegistryCommand, RemoveRegistry, RolesAnywhere, Select, Serve, Sessions, Set, Status,
    SyncRegistries, Trust, Unset, Use, Wait,
};

/// The commands under their headings in the help.
pub(crate) const HEADINGS: [(&str, &[Entry]); 6] = [
    ("Sign in and out", SIGN_IN),
    ("Use credentials", CREDENTIALS),
    ("Tokens for other services", TOKENS),
    ("List profiles, accounts and roles", LISTS),
    ("Set up and repair", SETUP),
    ("As spelled for aws", AWS),
];

const SIGN_IN: &[Entry] = &[
    Entry {
        name: "login",
        about: "Sign in to IAM Identity Center or to the console",
        notes: "\
In the place of a profile, the name or the start URL of an SSO session is accepted.
A profile with `login_session` signs in to the console.",
        examples: &[
            "vestibule login dev",
            "vestibule login --sso-session my-sso --use-device-code",
            "vestibule login --all",
        ],
        kind: Kind::Command(arguments!(Login, Command::Login)),
    },
    Entry {
        name: "logout",
        about: "Sign out on this machine and end the portal session",
        notes: "In the place of a profile, the name or the start URL of an SSO session is accepted.",
        examples: &["vestibule logout"],
        kind: Kind::Command(arguments!(Sessions, Command::Logout)),
    },
    Entry {
        name: "status",
        about: "Show sessions and when they expire",
        notes: STATUS_NOTES,
        examples: &["vestibule status --all", "vestibule status --prompt"],
        kind: Kind::Command(arguments!(Status, Command::Status)),
    },
    Entry {
        name: "wait",
        about: "Wait until the session is about to expire",
        notes: WAIT_NOTES,
        examples: &[
            "vestibule wait --until-expiry 10m && vestibule login",
            "vestibule wait dev --notify",
        ],
        kind: Kind::Command(arguments!(Wait, Command::Wait)),
    },
];

const CREDENTIALS: &[Entry] = &[
    Entry {
        name: "exec",
        about: "Run a command with credentials in its environment",
        notes: "",
        examples: &[
            "vestibule exec dev -- terraform plan",
            "vestibule exec dev",
            "vestibule exec --account-id 111122223333 --role-name SampleRole -- env",
        ],
        kind: Kind::Command(arguments!(Exec, Command::Exec)),
    },
    Entry {
        name: "use",
        about: "Switch the profile of this shell (a function of the shell)",
        notes: USE_NOTES,
        examples: &[
            "eval \"$(vestibule completions bash --switch)\" && vestibule-use dev",
            "vestibule completions fish --switch | source; and vestibule-use dev",
            "vestibule-use --unset",
        ],
        kind: Kind::Command(arguments!(Use, Command::Use)),
    },
    Entry {
        name: "export-credentials",
        about: "Print credentials for other programs",
        notes: EXPORT_NOTES,
        examples: &[
            "eval \"$(vestibule export-credentials --format env)\"",
            "vestibule export-credentials dev",
            "credential_process = vestibule export-credentials --profile dev",
        ],
        kind: Kind::Command(arguments!(ExportCredentials, Command::ExportCredentials)),
    },
    Entry {
        name: "serve",
        about: "Serve credentials to programs and containers",
        notes: "The credentials are refreshed as needed.",
        examples: &["vestibule serve dev -- npm run dev"],
        kind: Kind::Command(arguments!(Serve, Command::Serve)),
    },
    Entry {
        name: "agent",
        about: "Give credentials to containers and other machines",
        notes: super::agent::NOTES,
        examples: &["vestibule agent --allow dev -- vestibule whoami --profile dev"],
        kind: Kind::Command(arguments!(Agent, Command::Agent)),
    },
    Entry {
        name: "console",
        about: "Open the AWS console, signed in as the profile's role",
        notes: "",
        examples: &["vestibule console dev --service s3"],
        kind: Kind::Command(arguments!(Console, Command::Console)),
    },
    Entry {
        name: "roles-anywhere",
        about: "Print credentials for the holder of a certificate (IAM Roles Anywhere)",
        notes: "\
The options are those of `aws_signing_helper credential-process`. A profile whose
`credential_process` is that command line works without the helper being installed.",
        examples: &["\
vestibule roles-anywhere --certificate me.pem --private-key me.key \\
      --trust-anchor-arn arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/a \\
      --profile-arn arn:aws:rolesanywhere:eu-west-1:111122223333:profile/b \\
      --role-arn arn:aws:iam::111122223333:role/Machine"],
        kind: Kind::Command(arguments!(RolesAnywhere, Command::RolesAnywhere)),
    },
    Entry {
        name: "whoami",
        about: "Show the account and role of the credentials",
        notes: "",
        examples: &["vestibule whoami dev"],
        kind: Kind::Command(arguments!(CredentialArgs, Command::Whoami)),
    },
];

const LISTS: &[Entry] = &[
    Entry {
        name: "list-profiles",
        about: "List profiles",
        notes: "",
        examples: &["vestibule list-profiles --long"],
        kind: Kind::Command(arguments!(ListProfiles, Command::ListProfiles)),
    },
    Entry {
        name: "list-sessions",
        about: "List SSO sessions",
        notes: "",
        examples: &["vestibule list-sessions --long"],
        kind: Kind::Command(arguments!(ListSessions, Command::ListSessions)),
    },
    Entry {
        name: "list-accounts",
        about: "List the accounts assigned to you",
        notes: "",
        examples: &["vestibule list-accounts --sso-session my-sso"],
        kind: Kind::Command(arguments!(ListAccounts, Command::ListAccounts)),
    },
    Entry {
        name: "list-roles",
        about: "List the roles assigned to you",
        notes: "--json prints an object with accountId, accountName and roleName for each role.",
        examples: &["vestibule list-roles --account-id 111122223333"],
        kind: Kind::Command(arguments!(ListRoles, Command::ListRoles)),
    },
];

const SETUP: &[Entry] = &[
    Entry {
        name: "configure",
        about: "Set up, check and change the configuration",
        notes: "",
        examples: &["vestibule configure lint"],
        kind: Kind::Group(CONFIGURE),
    },
    Entry {
        name: "explain",
        about: "Show how credentials of the profile are found",
        notes: "It makes no request.",
        examples: &["vestibule explain dev"],
        kind: Kind::Command(arguments!(ProfileArg, Command::Explain)),
    },
    Entry {
        name: "trust",
        about: "Use the profile that a .aws-profile file names",
        notes: "\
The file contains the name of a profile and nothing else. In its folder and those below, commands
without --profile use that profile, unless AWS_PROFILE is set. Each file is confirmed once, and
again when it names another profile. The AWS CLI and SDKs do not read such a file: `vestibule exec`
and `vestibule-env` give them its profile.",
        examples: &["vestibule trust", "vestibule trust --remove"],
        kind: Kind::Command(arguments!(Trust, Command::Trust)),
    },
    Entry {
        name: "doctor",
        about: "Diagnose sign-in problems",
        notes: "",
        examples: &["vestibule doctor --fix"],
        kind: Kind::Command(arguments!(Doctor, Command::Doctor)),
    },
    Entry {
        name: "cache",
        about: "List, verify and repair cached tokens and credentials",
        notes: "",
        examples: &["vestibule cache list"],
        kind: Kind::Group(CACHE),
    },
    Entry {
        name: "completions",
        about: "Print the completion script for a shell",
        notes: "",
        examples: &["eval \"$(vestibule completions bash)\""],
        kind: Kind::Command(arguments!(Completions, Command::Completions)),
    },
    Entry {
        name: "man",
        about: "Print the man page, or write all of them",
        notes: "",
        examples: &["vestibule man --to ~/.local/share/man/man1"],
        kind: Kind::Command(arguments!(Man, Command::Man)),
    },
    Entry {
        name: "complete",
        about: "Print completion candidates, for the scripts of `completions`",
        notes: "",
        examples: &[],
        kind: Kind::Hidden(arguments!(Complete, Command::Complete)),
    },
    Entry {
        name: "select",
        about: "Select a profile for the functions of `completions --switch`",
        notes: "",
        examples: &[],
        kind: Kind::Hidden(arguments!(Select, Command::Select)),
    },
    Entry {
        name: "refresh-helper",
        about: "Refresh a token for another command of this program",
        notes: "",
        examples: &[],
        kind: Kind::Hidden(arguments!(NoArgs, |_| Command::RefreshHelper)),
    },
];

const CONFIGURE: &[Entry] = &[
    Entry {
        name: "get",
        about: "Print one value of the profile",
        notes: "",
        examples: &["vestibule configure get region"],
        kind: Kind::Command(arguments!(Get, |args| Command::Configure(Configure::Get(args)))),
    },
    Entry {
        name: "set",
        about: "Change one value and nothing else",
        notes: "",
        examples: &["vestibule configure set region eu-west-1 --profile dev"],
        kind: Kind::Command(arguments!(Set, |args| Command::Configure(Configure::Set(args)))),
    },
    Entry {
        name: "unset",
        about: "Remove one value and nothing else",
        notes: "",
        examples: &["vestibule configure unset output --profile dev"],
        kind: Kind::Command(arguments!(Unset, |args| Command::Configure(Configure::Unset(args)))),
    },
    Entry {
        name: "sso",
        about: "Set up a profile that signs in to IAM Identity Center",
        notes: "",
        examples: &["vestibule configure sso --profile dev"],
        kind: Kind::Command(arguments!(ConfigureSso, |args| {
            Command::Configure(Configure::Sso(args))
        })),
    },
    Entry {
        name: "sso-session",
        about: "Set up an SSO session, shared by profiles",
        notes: "",
        examples: &["vestibule configure sso-session --session-name my-sso"],
        kind: Kind::Command(arguments!(ConfigureSession, |args| {
            Command::Configure(Configure::SsoSession(args))
        })),
    },
    Entry {
        name: "sync",
        about: "Write a profile for every account and role assigned to you",
        notes: SYNC_NOTES,
        examples: &["vestibule configure sync --sso-session my-sso --exclude '*/Admin*' --dry-run"],
        kind: Kind::Command(arguments!(ConfigureSync, |args| {
            Command::Configure(Configure::Sync(args))
        })),
    },
    Entry {
        name: "registry",
        about: "Use sessions and profiles that a team shares",
        notes: "",
        examples: &["vestibule configure registry sync"],
        kind: Kind::Group(REGISTRY),
    },
    Entry {
        name: "export-credentials",
        about: "The same as `vestibule export-credentials`",
        notes: EXPORT_NOTES,
        examples: &["vestibule configure export-credentials --profile dev"],
        kind: Kind::Command(arguments!(ExportCredentials, Command::ExportCredentials)),
    },
    Entry {
        name: "list-profiles",
        about: "The same as `vestibule list-profiles`",
        notes: "",
        examples: &["vestibule configure list-profiles"],
        kind: Kind::Command(arguments!(ListProfiles, Command::ListProfiles)),
    },
    Entry {
        name: "list",
        about: "Print the settings of the profile and where they come from",
        notes: "",
        examples: &["vestibule configure list --profile dev"],
        kind: Kind::Command(arguments!(NoArgs, |_| Command::Configure(Configure::List))),
    },
    Entry {
        name: "lint",
        about: "Check the configuration files; exit with 6 if a problem is an error",
        notes: "",
        examples: &["vestibule configure lint"],
        kind: Kind::Command(arguments!(Lint, |args| Command::Configure(Configure::Lint(args)))),
    },
];

const REGISTRY: &[Entry] = &[
    Entry {
        name: "add",
        about: "Add a registry, and write its sessions and profiles",
        notes: REGISTRY_NOTES,
        examples: &[
            "vestibule configure registry add corp ~/shared --dry-run",
            "vestibule configure registry add corp https://git.example.com/platform/aws.git",
        ],
        kind: Kind::Command(arguments!(AddRegistry, |args| {
            Command::Configure(Configure::Registry(RegistryCommand::Add(args)))
        })),
    },
    Entry {
        name: "sync",
        about: "Bring the sessions and profiles of registries up to date",
        notes: "",
        examples: &["vestibule configure registry sync --prune --dry-run"],
        kind: Kind::Command(arguments!(SyncRegistries, |args| {
            Command::Configure(Configure::Registry(RegistryCommand::Sync(args)))
        })),
    },
    Entry {
        name: "list",
        about: "List registries",
        notes: "",
        examples: &["vestibule configure registry list"],
        kind: Kind::Command(arguments!(NoArgs, |_| {
            Command::Configure(Configure::Registry(RegistryCommand::List))
        })),
    },
    Entry {
        name: "remove",
        about: "Remove a registry with its sessions and profiles",
        notes: "",
        examples: &["vestibule configure registry remove corp"],
        kind: Kind::Command(arguments!(RemoveRegistry, |args| {
            Command::Configure(Configure::Registry(RegistryCommand::Remove(args)))
        })),
    },
];

const AWS: &[Entry] = &[
    Entry {
        name: "sso",
        about: "Commands as spelled for `aws sso`",
        notes: "",
        examples: &["vestibule sso login --profile dev"],
        kind: Kind::Group(SSO),
    },
    Entry {
        name: "sts",
        about: "Commands as spelled for `aws sts`",
        notes: "",
        examples: &["vestibule sts get-caller-identity --profile dev"],
        kind: Kind::Group(STS),
    },
];

const SSO: &[Entry] = &[
    Entry {
        name: "login",
        about: "The same as `vestibule login`",
        notes: "",
        examples: &["vestibule sso login --profile dev"],
        kind: Kind::Command(arguments!(Login, Command::Login)),
    },
    Entry {
        name: "logout",
        about: "The same as `vestibule logout`",
        notes: "",
        examples: &["vestibule sso logout"],
        kind: Kind::Command(arguments!(Sessions, Command::Logout)),
    },
    Entry {
        name: "list-accounts",
        about: "The same as `vestibule list-accounts`; needs no --access-token",
        notes: "",
        examples: &["vestibule sso list-accounts"],
        kind: Kind::Command(arguments!(ListAccounts, Command::ListAccounts)),
    },
    Entry {
        name: "list-account-roles",
        about: "The same as `vestibule list-roles`; needs no --access-token",
        notes: "",
        examples: &["vestibule sso list-account-roles --account-id 111122223333"],
        kind: Kind::Command(arguments!(ListRoles, Command::ListRoles)),
    },
    Entry {
        name: "get-role-credentials",
        about: "Print role credentials in the layout of `aws sso get-role-credentials`",
        notes: "It needs no --access-token.",
        examples: &[
            "vestibule sso get-role-credentials --account-id 111122223333 --role-name SampleRole",
        ],
        kind: Kind::Command(arguments!(CredentialArgs, Command::GetRoleCredentials)),
    },
];

const STS: &[Entry] = &[Entry {
    name: "get-caller-identity",
    about: "The same as `vestibule whoami`",
    notes: "",
    examples: &["vestibule sts get-caller-identity --profile dev"],
    kind: Kind::Command(arguments!(CredentialArgs, Command::Whoami)),
}];
