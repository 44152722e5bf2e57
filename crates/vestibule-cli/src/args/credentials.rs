use super::{Command, CredentialArgs, Dsql, Eks, ProfileArg, TokenStoreKind};

impl Command {
    /// Returns `--token-store`.
    pub(crate) fn token_store(&self) -> Option<TokenStoreKind> {
        match self {
            Self::Login(args) => args.token_store,
            _ => None,
        }
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
            Self::Explain(args) => profile(args),
            _ => CredentialArgs::default(),
        }
    }
}
