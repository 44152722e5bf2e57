//! Suite `auth-tokens`: passwords and bearer tokens that are signed on this machine. The expected ones
//! were made by botocore and the AWS CLI.

use serde::Deserialize;
use vestibule_presign::{
    GitRequest, TokenSigner, codecommit_credential, dsql_admin_auth_token, dsql_auth_token,
    eks_token, elasticache_auth_token, elasticache_serverless_auth_token, memorydb_auth_token,
    rds_auth_token,
};
use vestibule_sts::endpoint;
use vestibule_types::{Credentials, Region, Secret, SecretAccessKey, SessionToken, Timestamp};
use vestibule_wire::EndpointParams;

use crate::case::Case;
use crate::compare;
use crate::mismatch::{Checked, Mismatch};
use crate::secrets_check::Visible;

#[derive(Deserialize)]
struct Given {
    credentials: Keys,
    region: Region,
    now: Timestamp,
    #[serde(flatten)]
    token: Token,
    result: Outcome,
}

#[derive(Deserialize)]
struct Keys {
    access_key_id: String,
    secret_access_key: SecretAccessKey,
    session_token: Option<SessionToken>,
}

#[derive(Deserialize)]
#[serde(tag = "service", content = "input", rename_all = "lowercase")]
enum Token {
    Rds { host: String, port: u16, user: String },
    Dsql { host: String, admin: bool },
    Elasticache { cache: String, user: String, serverless: bool },
    Memorydb { cluster: String, user: String },
    Eks { cluster: String },
    Codecommit { request: String },
}

#[derive(Deserialize)]
enum Outcome {
    Ok(String),
    ErrorContains(String),
}

pub(super) fn check(case: &Case, visible: &mut Visible) -> Checked {
    let Given { credentials: keys, region, now, token, result } = case.parse()?;
    let mut credentials = Credentials::new(keys.access_key_id, keys.secret_access_key);
    if let Some(token) = keys.session_token {
        credentials = credentials.with_session_token(token);
    }
    let signed_by = TokenSigner { credentials: &credentials, region: &region, now };
    visible.debug(&signed_by);
    let mut fail = |error: &(dyn std::error::Error + 'static)| visible.error(error);
    let found = match &token {
        Token::Rds { host, port, user } => {
            rds_auth_token(signed_by, host, *port, user).map_err(|error| fail(&error))
        }
        Token::Dsql { host, admin } => {
            let sign = if *admin { dsql_admin_auth_token } else { dsql_auth_token };
            sign(signed_by, host).map_err(|error| fail(&error))
        }
        Token::Elasticache { cache, user, serverless } => {
            let sign = if *serverless {
                elasticache_serverless_auth_token
            } else {
                elasticache_auth_token
            };
            sign(signed_by, cache, user).map_err(|error| fail(&error))
        }
        Token::Memorydb { cluster, user } => {
            memorydb_auth_token(signed_by, cluster, user).map_err(|error| fail(&error))
        }
        Token::Eks { cluster } => {
            let sts = endpoint(&EndpointParams::new(region.clone()))?;
            eks_token(&credentials, &sts, &region, cluster, now).map_err(|error| fail(&error))
        }
        Token::Codecommit { request } => codecommit(&credentials, request, now),
    };
    visible.debug(&found);
    match (result, found) {
        (Outcome::Ok(expected), Ok(found)) => compare::text(&expected, found.expose()),
        (Outcome::ErrorContains(part), Err(error)) if error.contains(&part) => Ok(()),
        (Outcome::Ok(expected) | Outcome::ErrorContains(expected), Err(found)) => {
            Err(Mismatch::new(compare::diff(&expected, &found)))
        }
        (Outcome::ErrorContains(expected), Ok(found)) => {
            Err(Mismatch::new(compare::diff(&expected, found.expose())))
        }
    }
}

/// Returns the user name and the password that Git gets, on two lines.
fn codecommit(credentials: &Credentials, request: &str, now: Timestamp) -> Result<Secret, String> {
    let request = GitRequest::parse(request).ok_or("not CodeCommit")?;
    let (user, password) =
        codecommit_credential(credentials, &request, now).ok_or("Git sent no path")?;
    Ok(Secret::new(format!("{}\n{}", user.expose(), password.expose())))
}
