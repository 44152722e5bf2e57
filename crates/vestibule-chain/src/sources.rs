use std::fmt;

use vestibule_profile::{Base, Origin, Plan};
use vestibule_provider::Lookup;
use vestibule_types::Vars;

use crate::environment;
use crate::web_identity;

/// One source of the [default chain](crate::default_chain), and whether it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The name of the source: `environment`, `profile`, `web-identity`, `container` or `instance`.
    ///
    /// The source `profile` stands for each way in which a profile obtains credentials. Errors and
    /// credentials name the provider instead, such as `sso` or `process`.
    pub name: &'static str,
    /// Whether the source is used.
    pub state: SourceState,
    /// The content of the source, or the reason why it is not used; never a secret.
    pub description: String,
    /// The line or variable that configures the source.
    pub origin: Option<Origin>,
}

/// The state of a source of the default chain: whether it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers describe each")]
pub enum SourceState {
    /// The default chain takes the credentials, or the error, from this source.
    Used,
    /// The source is configured, but another one takes precedence.
    NotReached,
    /// The source is not configured.
    NotSet,
    /// Only a call shows whether the source exists.
    Unknown,
}

impl SourceState {
    /// Returns the name for programs: `used`, `not-reached`, `not-set` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::NotReached => "not-reached",
            Self::NotSet => "not-set",
            Self::Unknown => "unknown",
        }
    }
}

/// Shows the state in words, such as `not reached`.
impl fmt::Display for SourceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Used => "used",
            Self::NotReached => "not reached",
            Self::NotSet => "not set",
            Self::Unknown => "unknown",
        })
    }
}

/// Returns all sources in the order of [`default_chain`](crate::default_chain), as far as the
/// environment and the files show. Calls and reads nothing.
pub fn sources(plan: &Plan, vars: &Vars) -> Vec<Source> {
    let named_by_caller = matches!(plan.profile.origin, Origin::Argument(_));
    let mut used: Option<&'static str> = None;
    let mut source = |name, found: Found| {
        let (state, description, origin) = match found {
            Found::Configured(what, origin) => match used {
                Some(used) => {
                    let description = format!("{what}; {used} takes precedence");
                    (SourceState::NotReached, description, Some(origin))
                }
                None if name == environment::NAME && named_by_caller => {
                    let description = format!("{what}; {} takes precedence", plan.profile.origin);
                    (SourceState::NotReached, description, Some(origin))
                }
                None => {
                    used = Some(name);
                    (SourceState::Used, what, Some(origin))
                }
            },
            Found::NotSet(reason) => (SourceState::NotSet, reason, None),
            Found::NeedsCall => {
                let unknown = (SourceState::Unknown, "tried last, for a second at most".to_owned());
                let (state, description) = used.map_or(unknown, |used| {
                    (SourceState::NotReached, format!("{used} takes precedence"))
                });
                (state, description, None)
            }
        };
        Source { name, state, description, origin }
    };
    vec![
        source(environment::NAME, keys(vars)),
        source("profile", profile(plan)),
        source(web_identity::NAME, identity(vars)),
        source("container", container(vars)),
        source("instance", instance(plan)),
    ]
}

/// The configuration of one source, without regard to the others.
enum Found {
    Configured(String, Origin),
    NotSet(String),
    NeedsCall,
}

fn variable(name: &'static str) -> Origin {
    Origin::Variable(name.into())
}

fn keys(vars: &Vars) -> Found {
    let origin = variable("AWS_ACCESS_KEY_ID");
    match environment::read(vars) {
        Ok(Lookup::Credentials(keys)) => {
            Found::Configured(format!("keys {}", keys.access_key_id()), origin)
        }
        Ok(Lookup::NotConfigured(skipped)) => {
            Found::NotSet(skipped.iter().map(|(_, lacks)| lacks).collect())
        }
        Err(error) => Found::Configured(error.to_string(), origin),
    }
}

fn profile(plan: &Plan) -> Found {
    let (what, origin) = match &plan.base {
        Base::NotConfigured(reason) => return Found::NotSet(reason.to_string()),
        Base::SsoToken(_) => {
            let reason = "a bearer token only: \
                          neither sso_account_id nor sso_role_name is set";
            return Found::NotSet(reason.to_owned());
        }
        Base::Keys(keys) => {
            (format!("keys {}", keys.access_key_id.value), &keys.access_key_id.origin)
        }
        Base::Sso(role) => {
            let what = format!("role {} in {}", role.role_name.value, role.account_id.value);
            let session = &role.session;
            match &session.name {
                Some(name) => (format!("{what}, through {}", name.value), &name.origin),
                None => (
                    format!("{what}, through {}", session.start_url.value),
                    &session.start_url.origin,
                ),
            }
        }
        Base::WebIdentity(identity) => {
            let arn = &identity.role_arn.value;
            (format!("{arn} for a web identity"), &identity.token_file.origin)
        }
        Base::Process(process) => {
            (format!("output of `{}`", process.command.value), &process.command.origin)
        }
        Base::Login(session) => {
            (format!("the console login of {}", session.arn.value), &session.arn.origin)
        }
        Base::Named(source) => (format!("credential_source {}", source.value), &source.origin),
        // A kind that this version does not know.
        _ => ("another kind of source".to_owned(), &plan.profile.origin),
    };
    let roles = plan.roles.iter().map(|role| role.arn.value.as_str());
    let path: Vec<_> = std::iter::once(what.as_str()).chain(roles).collect();
    Found::Configured(path.join(", then "), origin.clone())
}

fn identity(vars: &Vars) -> Found {
    match web_identity::variables(vars) {
        Ok((_, arn)) => {
            let origin = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
            Found::Configured(format!("{arn} for a web identity"), origin)
        }
        Err(lacks) => Found::NotSet(lacks.to_owned()),
    }
}

fn container(vars: &Vars) -> Found {
    const NAMES: [&str; 2] =
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    match NAMES.into_iter().find_map(|name| Some((name, vars.get(name)?))) {
        Some((name, uri)) => Found::Configured(uri.to_owned(), variable(name)),
        None => Found::NotSet("no AWS_CONTAINER_CREDENTIALS_…_URI is set".to_owned()),
    }
}

fn instance(plan: &Plan) -> Found {
    let disabled = plan.settings.metadata.disabled();
    if disabled.value {
        return Found::NotSet(format!("disabled ({})", disabled.origin));
    }
    Found::NeedsCall
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use vestibule_profile::{Files, Overrides, plan};
    use vestibule_world::{World, memory};

    use super::*;
    use crate::read_files;

    /// Checks the table for a configuration and these variables.
    #[track_caller]
    fn check(config: &str, vars: &[(&str, &str)], ask: &Overrides, expected: &Expect) {
        let vars: Vars = vars.iter().copied().chain([("HOME", "/home")]).collect();
        let files = memory::Files::default().with("/home/.aws/config", config);
        let world =
            World { vars: vars.clone(), files: std::sync::Arc::new(files), ..memory::world() };
        let plan = plan(&read_files(&world).unwrap(), &vars, ask).unwrap();
        let lines = sources(&plan, &vars).into_iter().map(|source| {
            let origin = source.origin.map(|origin| format!(" ({origin})")).unwrap_or_default();
            format!("{} {}: {}{origin}\n", source.name, source.state, source.description)
        });
        expected.assert_eq(&lines.collect::<String>());
    }

    const SSO: &str = "[default]\nsso_session = my-sso\nsso_account_id = 111122223333\n\
                       sso_role_name = Dev\n[profile token]\nsso_session = my-sso\n\
                       [sso-session my-sso]\nsso_region = us-east-1\n\
                       sso_start_url = https://provided-domain.awsapps.com/start\n";
    const KEYS: [(&str, &str); 2] =
        [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hidden")];

    #[test]
    fn first_configured_source_is_used() {
        let ask = Overrides::default();
        check(
            SSO,
            &[],
            &ask,
            &expect![[r"
                environment not set: AWS_ACCESS_KEY_ID is not set
                profile used: role Dev in 111122223333, through my-sso (~/.aws/config:2)
                web-identity not set: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                container not set: no AWS_CONTAINER_CREDENTIALS_…_URI is set
                instance not reached: profile takes precedence
            "]],
        );
        check(
            SSO,
            &KEYS,
            &ask,
            &expect![[r"
            environment used: keys AKID (AWS_ACCESS_KEY_ID)
            profile not reached: role Dev in 111122223333, through my-sso; environment takes precedence (~/.aws/config:2)
            web-identity not set: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container not set: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance not reached: environment takes precedence
        "]],
        );
        check(
            SSO,
            &KEYS,
            &ask.clone().with_profile("default", "--profile"),
            &expect![[r"
            environment not reached: keys AKID; --profile takes precedence (AWS_ACCESS_KEY_ID)
            profile used: role Dev in 111122223333, through my-sso (~/.aws/config:2)
            web-identity not set: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container not set: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance not reached: profile takes precedence
        "]],
        );
    }

    #[test]
    fn profile_is_described_by_the_source_of_its_credentials() {
        let role = "role_arn = arn:aws:iam::111122223333:role/Ops";
        let check = |profile: &str, expected: &Expect| {
            let config = format!("[profile dev]\n{profile}\n");
            let files = Files::from_texts(&config, "");
            let overrides = Overrides::default().with_profile("dev", "--profile");
            let plan = plan(&files, &Vars::default(), &overrides).unwrap();
            let found = sources(&plan, &Vars::default()).remove(1);
            expected.assert_eq(&format!("{}: {}", found.state, found.description));
        };
        check(
            "aws_access_key_id = AKID\naws_secret_access_key = hidden",
            &expect!["used: keys AKID"],
        );
        check(
            "credential_process = /bin/helper --password hidden",
            &expect!["used: output of `/bin/helper`"],
        );
        check(
            &format!("{role}\nweb_identity_token_file = /token"),
            &expect!["used: arn:aws:iam::111122223333:role/Ops for a web identity"],
        );
        check(
            "login_session = arn:aws:iam::111122223333:user/ann",
            &expect!["used: the console login of arn:aws:iam::111122223333:user/ann"],
        );
        check(
            &format!("{role}\ncredential_source = EcsContainer"),
            &expect![
                "used: credential_source EcsContainer, then arn:aws:iam::111122223333:role/Ops"
            ],
        );
        let url = "sso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1";
        check(
            &format!("{url}\nsso_account_id = 111122223333\nsso_role_name = Dev"),
            &expect!["used: role Dev in 111122223333, through https://corp.awsapps.com/start"],
        );
    }

    #[test]
    fn unset_source_names_what_it_lacks() {
        let ask = Overrides::default();
        check(
            "",
            &[],
            &ask,
            &expect![[r"
            environment not set: AWS_ACCESS_KEY_ID is not set
            profile not set: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
            web-identity not set: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container not set: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance unknown: tried last, for a second at most
        "]],
        );
        let half = [KEYS[0], ("AWS_PROFILE", "token"), ("AWS_EC2_METADATA_DISABLED", "true")];
        check(
            SSO,
            &half,
            &ask,
            &expect![[r"
            environment not set: AWS_SECRET_ACCESS_KEY is not set, AWS_ACCESS_KEY_ID is
            profile not set: a bearer token only: neither sso_account_id nor sso_role_name is set
            web-identity not set: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container not set: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance not set: disabled (AWS_EC2_METADATA_DISABLED)
        "]],
        );
        let rest = [
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/R"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/credentials"),
        ];
        check(
            "",
            &rest,
            &ask,
            &expect![[r"
            environment not set: AWS_ACCESS_KEY_ID is not set
            profile not set: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
            web-identity used: arn:aws:iam::111122223333:role/R for a web identity (AWS_WEB_IDENTITY_TOKEN_FILE)
            container not reached: http://localhost/credentials; web-identity takes precedence (AWS_CONTAINER_CREDENTIALS_FULL_URI)
            instance not reached: web-identity takes precedence
        "]],
        );
    }
}
