//! Passwords for databases and caches.

use serde_json::json;
use vestibule::{Secret, Session};
use vestibule_presign::{
    InvalidHost, TokenSigner, dsql_admin_auth_token, dsql_auth_token, elasticache_auth_token,
    elasticache_serverless_auth_token, memorydb_auth_token, rds_auth_token,
};

use super::{eks, profile};
use crate::app::App;
use crate::args::{Dsql, ElasticacheToken, MemorydbToken, RdsToken};
use crate::error::Error;
use crate::exit::Exit;

pub(crate) fn rds(app: &App<'_>, args: &RdsToken) -> Result<Exit, Error> {
    print(app, |signer| rds_auth_token(signer, &args.hostname, args.port, &args.username))
}

pub(crate) fn dsql(app: &App<'_>, command: &Dsql) -> Result<Exit, Error> {
    print(app, |signer| match command {
        Dsql::GenerateDbConnectAuthToken(args) => dsql_auth_token(signer, &args.hostname),
        Dsql::GenerateDbConnectAdminAuthToken(args) => {
            dsql_admin_auth_token(signer, &args.hostname)
        }
    })
}

pub(crate) fn elasticache(app: &App<'_>, args: &ElasticacheToken) -> Result<Exit, Error> {
    let sign =
        if args.serverless { elasticache_serverless_auth_token } else { elasticache_auth_token };
    print(app, |signer| sign(signer, &args.cache_name, &args.username))
}

pub(crate) fn memorydb(app: &App<'_>, args: &MemorydbToken) -> Result<Exit, Error> {
    print(app, |signer| memorydb_auth_token(signer, &args.cluster_name, &args.username))
}

/// Prints a token, signed with the credentials of the profile.
fn print(
    app: &App<'_>,
    sign: impl Fn(TokenSigner<'_>) -> Result<Secret, InvalidHost>,
) -> Result<Exit, Error> {
    profile::with_credentials(app, |app| {
        let session: Session = app.session()?;
        let credentials = session.blocking().credentials()?;
        let region = eks::region(&session)?;
        let signer = TokenSigner { credentials: &credentials, region: &region, now: session.now() };
        let token = sign(signer).map_err(|error| Error::from_source(Exit::Usage, &error))?;
        let token = token.expose();
        if app.printer.json {
            app.printer.result(&json!({ "token": token }).to_string())?;
        } else {
            app.printer.result(token)?;
        }
        Ok(Exit::Done)
    })
}
