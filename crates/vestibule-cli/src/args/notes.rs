//! Longer texts between the options and the examples of a help text.

pub(super) const STATUS_NOTES: &str = "\
--json prints an object for one session, and an array with --all or where several are shown. `inUse`
has the credentials of the environment or of an agent that are used instead of the profile.";

pub(super) const USE_NOTES: &str = "\
A program cannot change the shell that started it. Two shell functions can; the first example defines
them. `vestibule-use` sets AWS_PROFILE to the profile, or to one that you select from a list.
`vestibule-env` exports the credentials and the region of the profile, for programs that cannot use a
profile; without a name, of the profile that the shell or a .aws-profile file names.
Both first remove the profile, keys and region that the shell had.";

pub(super) const EXPORT_NOTES: &str = "\
The formats for shells print the variables that `aws configure export-credentials` prints, and
nothing else; --region NAME adds AWS_REGION and AWS_DEFAULT_REGION, --with-region those of the
profile.";

pub(super) const REGISTRY_NOTES: &str = "\
A registry is a file `vestibule-registry` in a folder or a git repository, in the format of the config
file, with the first line `# vestibule-registry 1`. It cannot name a program, a key, an endpoint or a
file. Sections that it wrote have the line `vestibule_registry = NAME`; all others are left alone.";

pub(super) const WAIT_NOTES: &str = "\
It exits with 0 when that much is left, and with 4 when a sign-in is needed. A session that can be
refreshed lasts until the portal session expires, which is an estimate.
In an [sso-session] or a profile: `vestibule_expiry_hook = PROGRAM ARGUMENT...` is run once before
each expiration, by `wait`, `serve` and `agent`, without a shell; `vestibule_expiry_notification =
true` shows a desktop notification; `vestibule_expiry_warning = 10m` says how long before.";

pub(super) const SYNC_NOTES: &str = "\
In a template: {account_name}, {account_id}, {role_name}, {sso_session}, {tag:KEY}; {role_name:kebab}
converts a value, to lower, upper, kebab or snake.
A pattern is ACCOUNT, ACCOUNT/ROLE or tag:KEY=VALUE: the account by name or id, the role by name. `*`
matches any text, `?` any character; case is ignored.
In the [sso-session]: `vestibule_sync_regions = 111122223333=eu-west-1, Sample*=us-east-1` sets
regions of accounts, and `vestibule_sync_tags = Sample*=env:prod team:data` their tags.
Only profiles with the line `vestibule_sync = true` are changed or removed, and a role that has a
profile gets no second one. --template renames them, with their settings and the references to them;
vestibule_sync_template is for new ones. --region sets the region of every profile; without it,
profiles without a region get that of the session.";
