use super::{
    Command, Configure, CredentialArgs, Dsql, Eks, Elasticache, Memorydb, ProfileArg, Rds, Sso, Sts,
};

impl Command {
    /// Takes the profile and the role out of the arguments of a command.
    pub(crate) fn take_credential_args(&mut self) -> CredentialArgs {
        let profile = |profile: &mut ProfileArg| CredentialArgs {
            profile: std::mem::take(profile),
            ..CredentialArgs::default()
        };
        match self {
            Self::Whoami(args)
            | Self::Sts(Sts::GetCallerIdentity(args))
            | Self::Sso(Sso::GetRoleCredentials(args)) => std::mem::take(args),
            Self::Configure(Configure::ExportCredentials(args)) => {
                std::mem::take(&mut args.credentials)
            }
            Self::ExportCredentials(args) => std::mem::take(&mut args.credentials),
            Self::Exec(args) => std::mem::take(&mut args.credentials),
            Self::Serve(args) => std::mem::take(&mut args.credentials),
            Self::Console(args) => std::mem::take(&mut args.credentials),
            Self::Eks(Eks::GetToken(args)) => std::mem::take(&mut args.credentials),
            Self::Eks(Eks::UpdateKubeconfig(args)) => std::mem::take(&mut args.credentials),
            Self::Rds(Rds::GenerateDbAuthToken(args)) => std::mem::take(&mut args.credentials),
            Self::Dsql(
                Dsql::GenerateDbConnectAuthToken(args)
                | Dsql::GenerateDbConnectAdminAuthToken(args),
            ) => std::mem::take(&mut args.credentials),
            Self::Elasticache(Elasticache::GenerateAuthToken(args)) => {
                std::mem::take(&mut args.credentials)
            }
            Self::Memorydb(Memorydb::GenerateAuthToken(args)) => {
                std::mem::take(&mut args.credentials)
            }
            Self::Login(args) | Self::Sso(Sso::Login(args)) => profile(&mut args.profile),
            Self::Logout(args) | Self::Sso(Sso::Logout(args)) => profile(&mut args.profile),
            Self::Status(args) => profile(&mut args.sessions.profile),
            Self::Select(args) => profile(&mut args.profile),
            Self::Explain(args) => profile(args),
            _ => CredentialArgs::default(),
        }
    }
}
