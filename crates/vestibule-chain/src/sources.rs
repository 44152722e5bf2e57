use std::fmt;

use vestibule_profile::{Base, Origin, Plan};
use vestibule_provider::Answer;
use vestibule_types::Vars;

use crate::environment;
use crate::web_identity;

/// One source of the [default order](crate::default_chain), and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// As in messages: `environment`.
    pub name: &'static str,
    /// What becomes of it.
    pub fate: SourceState,
    /// What it would give, or why it gives nothing; never a secret.
    pub why: String,
    /// The line or variable that sets it up.
    pub at: Option<Origin>,
}

/// What becomes of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "callers say each in other words")]
pub enum SourceState {
    /// The credentials come from here, or the failure does.
    Used,
    /// It is set up, and another source comes first.
    Shadowed,
    /// It is not set up.
    Skipped,
    /// Only asking tells whether it is there; nobody has asked.
    Open,
}

impl SourceState {
    /// A word for programs: `used`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Shadowed => "shadowed",
            Self::Skipped => "skipped",
            Self::Open => "open",
        }
    }
}

impl fmt::Display for SourceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// All sources in the order in which [`default_chain`](crate::default_chain) asks them, as far as
/// environment and files tell. Nothing is called or read.
pub fn sources(plan: &Plan, vars: &Vars) -> Vec<Source> {
    let by_caller = matches!(plan.profile.origin, Origin::Argument(_));
    let mut used: Option<&'static str> = None;
    let mut decide = |name, found: Found| {
        let (fate, why, at) = match found {
            Found::SetUp(what, at) => match used {
                Some(before) => {
                    (SourceState::Shadowed, format!("{what}: {before} comes first"), Some(at))
                }
                None if name == environment::NAME && by_caller => {
                    let why = format!("{what}: {} comes first", plan.profile.origin);
                    (SourceState::Shadowed, why, Some(at))
                }
                None => {
                    used = Some(name);
                    (SourceState::Used, what, Some(at))
                }
            },
            Found::Nothing(why) => (SourceState::Skipped, why, None),
            Found::OnlyAskingTells => match used {
                Some(before) => (SourceState::Shadowed, format!("{before} comes first"), None),
                None => (SourceState::Open, "asked last, for a second at most".to_owned(), None),
            },
        };
        Source { name, fate, why, at }
    };
    vec![
        decide(environment::NAME, keys(vars)),
        decide("profile", profile(plan)),
        decide(web_identity::NAME, identity(vars)),
        decide("container", container(vars)),
        decide("instance", instance(plan)),
    ]
}

/// A source by itself.
enum Found {
    SetUp(String, Origin),
    Nothing(String),
    OnlyAskingTells,
}

fn variable(name: &'static str) -> Origin {
    Origin::Variable(name.into())
}

fn keys(vars: &Vars) -> Found {
    let at = variable("AWS_ACCESS_KEY_ID");
    match environment::read(vars) {
        Ok(Answer::Credentials(keys)) => Found::SetUp(format!("keys {}", keys.access_key_id()), at),
        Ok(Answer::NotConfigured(reason)) => {
            Found::Nothing(reason.steps().map(|(_, misses)| misses).collect())
        }
        Err(error) => Found::SetUp(error.to_string(), at),
    }
}

fn profile(plan: &Plan) -> Found {
    let (what, at) = match &plan.base {
        Base::NotConfigured(reason) => return Found::Nothing(reason.to_string()),
        Base::SsoToken(_) => {
            let why = "a token and no credentials: \
                       neither sso_account_id nor sso_role_name is set";
            return Found::Nothing(why.to_owned());
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
            (format!("what `{}` prints", process.command.value), &process.command.origin)
        }
        Base::Login(session) => {
            (format!("the console sign-in of {}", session.arn.value), &session.arn.origin)
        }
        Base::Named(source) => (format!("credential_source {}", source.value), &source.origin),
        // Kinds that are yet to come.
        _ => ("another kind of source".to_owned(), &plan.profile.origin),
    };
    let roles = plan.roles.iter().map(|role| role.arn.value.as_str());
    let path: Vec<_> = std::iter::once(what.as_str()).chain(roles).collect();
    Found::SetUp(path.join(", then "), at.clone())
}

fn identity(vars: &Vars) -> Found {
    match web_identity::named_in(vars) {
        Ok((_, arn)) => {
            let at = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
            Found::SetUp(format!("{arn} for a web identity"), at)
        }
        Err(misses) => Found::Nothing(misses.to_owned()),
    }
}

fn container(vars: &Vars) -> Found {
    const NAMES: [&str; 2] =
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    match NAMES.into_iter().find_map(|name| Some((name, vars.get(name)?))) {
        Some((name, uri)) => Found::SetUp(uri.to_owned(), variable(name)),
        None => Found::Nothing("no AWS_CONTAINER_CREDENTIALS_…_URI is set".to_owned()),
    }
}

fn instance(plan: &Plan) -> Found {
    let disabled = plan.settings.metadata.disabled();
    if disabled.value {
        return Found::Nothing(format!("disabled ({})", disabled.origin));
    }
    Found::OnlyAskingTells
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use vestibule_profile::{Overrides, plan};
    use vestibule_world::{World, memory};

    use super::*;
    use crate::read_files;

    /// The table of a configuration under these variables.
    #[track_caller]
    fn check(config: &str, vars: &[(&str, &str)], ask: &Overrides, expected: &Expect) {
        let vars: Vars = vars.iter().copied().chain([("HOME", "/home")]).collect();
        let files = memory::Files::default().with("/home/.aws/config", config);
        let world =
            World { vars: vars.clone(), files: std::sync::Arc::new(files), ..memory::world() };
        let plan = plan(&read_files(&world).unwrap(), &vars, ask).unwrap();
        let lines = sources(&plan, &vars).into_iter().map(|source| {
            let at = source.at.map(|at| format!(" ({at})")).unwrap_or_default();
            format!("{} {}: {}{at}\n", source.name, source.fate, source.why)
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
    fn the_first_that_is_set_up_is_used() {
        let ask = Overrides::default();
        check(
            SSO,
            &[],
            &ask,
            &expect![[r"
                environment skipped: AWS_ACCESS_KEY_ID is not set
                profile used: role Dev in 111122223333, through my-sso (~/.aws/config:2)
                web-identity skipped: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                container skipped: no AWS_CONTAINER_CREDENTIALS_…_URI is set
                instance shadowed: profile comes first
            "]],
        );
        check(
            SSO,
            &KEYS,
            &ask,
            &expect![[r"
            environment used: keys AKID (AWS_ACCESS_KEY_ID)
            profile shadowed: role Dev in 111122223333, through my-sso: environment comes first (~/.aws/config:2)
            web-identity skipped: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container skipped: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance shadowed: environment comes first
        "]],
        );
        check(
            SSO,
            &KEYS,
            &ask.clone().with_profile("default", "--profile"),
            &expect![[r"
            environment shadowed: keys AKID: --profile comes first (AWS_ACCESS_KEY_ID)
            profile used: role Dev in 111122223333, through my-sso (~/.aws/config:2)
            web-identity skipped: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container skipped: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance shadowed: profile comes first
        "]],
        );
    }

    #[test]
    fn what_is_not_set_up_says_why() {
        let ask = Overrides::default();
        check(
            "",
            &[],
            &ask,
            &expect![[r"
            environment skipped: AWS_ACCESS_KEY_ID is not set
            profile skipped: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
            web-identity skipped: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container skipped: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance open: asked last, for a second at most
        "]],
        );
        let half = [KEYS[0], ("AWS_PROFILE", "token"), ("AWS_EC2_METADATA_DISABLED", "true")];
        check(
            SSO,
            &half,
            &ask,
            &expect![[r"
            environment skipped: AWS_SECRET_ACCESS_KEY is not set, AWS_ACCESS_KEY_ID is
            profile skipped: a token and no credentials: neither sso_account_id nor sso_role_name is set
            web-identity skipped: AWS_WEB_IDENTITY_TOKEN_FILE is not set
            container skipped: no AWS_CONTAINER_CREDENTIALS_…_URI is set
            instance skipped: disabled (AWS_EC2_METADATA_DISABLED)
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
            environment skipped: AWS_ACCESS_KEY_ID is not set
            profile skipped: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
            web-identity used: arn:aws:iam::111122223333:role/R for a web identity (AWS_WEB_IDENTITY_TOKEN_FILE)
            container shadowed: http://localhost/credentials: web-identity comes first (AWS_CONTAINER_CREDENTIALS_FULL_URI)
            instance shadowed: web-identity comes first
        "]],
        );
    }
}
