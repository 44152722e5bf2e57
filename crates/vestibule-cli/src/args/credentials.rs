use super::{
    Command, Configure, CredentialArgs, Dsql, Eks, OneSession, ProfileArg, TokenStoreKind,
};

impl Command {
    /// Returns `--token-store`.
    pub(crate) fn token_store(&self) -> Option<TokenStoreKind> {
        match self {
            Self::Login(args) => args.token_store,
            _ => None,
        }
    }

    /// Returns whether the output is a segment of a shell prompt.
    pub(crate) fn is_prompt(&self) -> bool {
        matches!(self, Self::Status(args) if args.prompt)
    }

    /// Takes the profile and the role out of the arguments of a command.
    pub(crate) fn take_credential_args(&mut self) -> CredentialArgs {
        let profile = |profile: &mut ProfileArg| CredentialArgs {
            profile: std::mem::take(profile),
            ..CredentialArgs::default()
        };
        match self {
            Self::Whoami(args) | Self::GetRoleCredentials(args) => std::mem::take(args),
            Self::ExportCredentials(args) => std::mem::take(&mut args.credentials),
            Self::Exec(args) => std::mem::take(&mut args.credentials),
            Self::Serve(args) => std::mem::take(&mut args.credentials),
            Self::Console(args) => std::mem::take(&mut args.credentials),
            Self::Eks(Eks::GetToken(args)) => std::mem::take(&mut args.credentials),
            Self::Eks(Eks::UpdateKubeconfig(args)) => std::mem::take(&mut args.credentials),
            Self::Rds(args) => std::mem::take(&mut args.credentials),
            Self::Dsql(
                Dsql::GenerateDbConnectAuthToken(args)
                | Dsql::GenerateDbConnectAdminAuthToken(args),
            ) => std::mem::take(&mut args.credentials),
            Self::Elasticache(args) => std::mem::take(&mut args.credentials),
            Self::Memorydb(args) => std::mem::take(&mut args.credentials),
            Self::Login(args) => profile(&mut args.profile),
            Self::Logout(args) => profile(&mut args.profile),
            Self::Status(args) => profile(&mut args.sessions.profile),
            Self::Wait(args) => profile(&mut args.profile),
            Self::Select(args) => profile(&mut args.profile),
            Self::Use(args) => profile(&mut args.profile),
            Self::Explain(args) => profile(args),
            _ => CredentialArgs::default(),
        }
    }

    /// Returns whether the command acts on the selected profile, if no option names another one or a
    /// session.
    pub(crate) fn uses_profile(&self) -> bool {
        let is_unnamed = |session: &OneSession| session.sso_session.is_none();
        match self {
            Self::Login(args) => !args.all && is_unnamed(&args.session),
            Self::Logout(args) => !args.all && is_unnamed(&args.one),
            Self::Status(args) => !args.sessions.all && is_unnamed(&args.sessions.one),
            Self::Wait(args) => is_unnamed(&args.session),
            Self::ListAccounts(args) => is_unnamed(&args.session),
            Self::ListRoles(args) => is_unnamed(&args.session),
            Self::Configure(Configure::Get(args)) => is_unnamed(&args.session),
            Self::Configure(Configure::Set(args)) => is_unnamed(&args.session),
            Self::Configure(Configure::Unset(args)) => is_unnamed(&args.session),
            Self::Configure(Configure::Sync(args)) => is_unnamed(&args.session),
            Self::Configure(Configure::List) => true,
            Self::Select(args) => args.keep,
            Self::Agent(_)
            | Self::Configure(_)
            | Self::ListProfiles(_)
            | Self::ListSessions(_)
            | Self::Trust(_)
            | Self::Doctor(_)
            | Self::Cache(_)
            | Self::Completions(_)
            | Self::Complete(_)
            | Self::Use(_)
            | Self::RefreshHelper
            | Self::RolesAnywhere(_)
            | Self::Man(_) => false,
            _ => true,
        }
    }

    /// Returns whether keys in the environment take precedence over the profile of the command.
    pub(crate) fn prefers_environment(&self) -> bool {
        !matches!(
            self,
            Self::Login(_)
                | Self::Logout(_)
                | Self::Wait(_)
                | Self::ListAccounts(_)
                | Self::ListRoles(_)
                | Self::Configure(_)
                | Self::Select(_)
        )
    }
}
