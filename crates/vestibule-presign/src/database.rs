//! Passwords for databases and caches with IAM authentication.

use std::time::Duration;

use http::Uri;
use vestibule_sts::sigv4::SigningParams;
use vestibule_types::{Credentials, Region, Secret, Timestamp, printable_short};
use vestibule_wire::{Request, percent_encode};

/// The lifetime of a token. A connection that was opened with it may last longer.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Error returned for a text that is not a host name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidHost {
    /// The text, truncated.
    pub host: String,
}

impl std::fmt::Display for InvalidHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is not a host name", self.host)
    }
}

impl std::error::Error for InvalidHost {}

/// The credentials and the region that sign a token, and the time of signing.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "what every signature needs")]
pub struct TokenSigner<'a> {
    /// The credentials that sign the token.
    pub credentials: &'a Credentials,
    /// The region of the database or cache.
    pub region: &'a Region,
    /// The current time.
    pub now: Timestamp,
}

/// Returns a password for a database user of RDS or Aurora.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html>
///
/// # Errors
/// The host is not a host name.
pub fn rds_auth_token(
    signed_by: TokenSigner<'_>,
    host: &str,
    port: u16,
    user: &str,
) -> Result<Secret, InvalidHost> {
    let query = [("Action", "connect"), ("DBUser", user)];
    signed_by.token("rds-db", &format!("{host}:{port}"), &query)
}

/// Returns a password for a database role of Aurora DSQL other than `admin`.
///
/// <https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html>
///
/// # Errors
/// The host is not a host name.
pub fn dsql_auth_token(signed_by: TokenSigner<'_>, host: &str) -> Result<Secret, InvalidHost> {
    signed_by.token("dsql", host, &[("Action", "DbConnect")])
}

/// Returns a password for the database role `admin` of Aurora DSQL.
///
/// # Errors
/// As [`dsql_auth_token`].
pub fn dsql_admin_auth_token(
    signed_by: TokenSigner<'_>,
    host: &str,
) -> Result<Secret, InvalidHost> {
    signed_by.token("dsql", host, &[("Action", "DbConnectAdmin")])
}

/// Returns a password for a user of an ElastiCache cache, by the id of its replication group.
///
/// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>
///
/// # Errors
/// The name of the cache is not a host name.
pub fn elasticache_auth_token(
    signed_by: TokenSigner<'_>,
    replication_group: &str,
    user: &str,
) -> Result<Secret, InvalidHost> {
    let query = [("Action", "connect"), ("User", user)];
    signed_by.token("elasticache", &replication_group.to_ascii_lowercase(), &query)
}

/// Returns a password for a user of a serverless ElastiCache cache, by the name of the cache.
///
/// # Errors
/// As [`elasticache_auth_token`].
pub fn elasticache_serverless_auth_token(
    signed_by: TokenSigner<'_>,
    cache: &str,
    user: &str,
) -> Result<Secret, InvalidHost> {
    let query = [("Action", "connect"), ("User", user), ("ResourceType", "ServerlessCache")];
    signed_by.token("elasticache", &cache.to_ascii_lowercase(), &query)
}

/// Returns a password for a user of a MemoryDB cluster, which is named by its cluster name.
///
/// <https://docs.aws.amazon.com/memorydb/latest/devguide/auth-iam.html>
///
/// # Errors
/// The name of the cluster is not a host name.
pub fn memorydb_auth_token(
    signed_by: TokenSigner<'_>,
    cluster: &str,
    user: &str,
) -> Result<Secret, InvalidHost> {
    let query = [("Action", "connect"), ("User", user)];
    signed_by.token("memorydb", &cluster.to_ascii_lowercase(), &query)
}

impl TokenSigner<'_> {
    /// Returns a presigned URL without its scheme.
    fn token(
        &self,
        service: &'static str,
        authority: &str,
        query: &[(&str, &str)],
    ) -> Result<Secret, InvalidHost> {
        let invalid = || InvalidHost { host: printable_short(authority, 80) };
        let pairs: Vec<_> =
            query.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
        if !authority.bytes().all(is_host) || authority.starts_with(':') {
            return Err(invalid());
        }
        // The scheme is not `https`, with which the signature would leave out the port 443.
        let url = format!("vestibule://{authority}/?{}", pairs.join("&"));
        let mut request = Request::default();
        *request.uri_mut() = url.parse::<Uri>().map_err(|_| invalid())?;
        SigningParams::new(self.credentials, self.region, service, self.now)
            .presign(&mut request, LIFETIME)
            .map_err(|_| invalid())?;
        let url = request.uri().to_string();
        Ok(Secret::new(url.trim_start_matches("vestibule://")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use vestibule_types::{SecretAccessKey, SessionToken};

    use super::*;

    pub(crate) fn keys(token: Option<&str>) -> Credentials {
        let secret = SecretAccessKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let keys = Credentials::new("AKIDEXAMPLE", secret);
        match token {
            Some(token) => keys.with_session_token(SessionToken::new(token)),
            None => keys,
        }
    }

    pub(crate) fn region() -> Region {
        Region::new("eu-west-1").unwrap()
    }

    pub(crate) fn now() -> Timestamp {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    /// Checks a token without a session token against the output of botocore at the same time.
    #[track_caller]
    fn check(
        token: impl Fn(TokenSigner<'_>) -> Result<Secret, InvalidHost>,
        head: &str,
        service: &str,
        [plain, temporary]: [&str; 2],
    ) {
        let scope = format!(
            "{head}&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20261129%2Feu-west-1%2F{service}%2Faws4_request\
             &X-Amz-Date=20261129T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
        );
        let sign = |session_token| {
            let (credentials, region) = (keys(session_token), region());
            let signed_by = TokenSigner { credentials: &credentials, region: &region, now: now() };
            token(signed_by).unwrap().expose().to_owned()
        };
        assert_eq!(sign(None), format!("{scope}&X-Amz-Signature={plain}"));
        assert_eq!(
            sign(Some("IQoJb3JpZ2luX2Vj+/==")),
            format!(
                "{scope}&X-Amz-Security-Token=IQoJb3JpZ2luX2Vj%2B%2F%3D%3D\
                 &X-Amz-Signature={temporary}"
            )
        );
    }

    #[test]
    fn rds_token_is_the_one_of_botocore() {
        check(
            |by| rds_auth_token(by, "db.example.eu-west-1.rds.amazonaws.com", 3306, "jane doe+x"),
            "db.example.eu-west-1.rds.amazonaws.com:3306/?Action=connect&DBUser=jane%20doe%2Bx",
            "rds-db",
            [
                "7795748bfafe9d234e30170e2cd239e720be71eccf782e95c53b9d7215fed77c",
                "8193bcd89306aa49f2a687804e5a3b4acfb4eb67139c0d525d38b2365489817e",
            ],
        );
    }

    #[test]
    fn dsql_token_is_the_one_of_botocore() {
        check(
            |by| dsql_auth_token(by, "foo.dsql.eu-west-1.on.aws"),
            "foo.dsql.eu-west-1.on.aws/?Action=DbConnect",
            "dsql",
            [
                "62225216bf44e3fb45bedac87b0ede63fb11d72fe5a9a681079875a41245ba7e",
                "6a787ad4a7d0f313d1cf5f7bbd834b0e3b836ffd9ecfc43fccf408446abff463",
            ],
        );
        check(
            |by| dsql_admin_auth_token(by, "foo.dsql.eu-west-1.on.aws"),
            "foo.dsql.eu-west-1.on.aws/?Action=DbConnectAdmin",
            "dsql",
            [
                "b1145798540663f877702e78b95722ac554728210ad6f46008e42ebe5ff5aef5",
                "c3b40931b027a6cb9d89eebb0878b768e86824e8e6eea52fb68edd1e411ad10b",
            ],
        );
    }

    #[test]
    fn cache_tokens_are_those_of_botocore() {
        check(
            |by| elasticache_auth_token(by, "My-Cache", "jane"),
            "my-cache/?Action=connect&User=jane",
            "elasticache",
            [
                "f699c3dcb202744239c4d1f515016322c22d69d3228513a1cd8c92e7cf03b2c4",
                "db8415487c81306efa43e8cc61e197a8e1f7bee454365ac939f41b1a6cdd47e3",
            ],
        );
        check(
            |by| elasticache_serverless_auth_token(by, "my-cache", "jane"),
            "my-cache/?Action=connect&User=jane&ResourceType=ServerlessCache",
            "elasticache",
            [
                "1199c0716763c7040da4dbfda3766a13cb60521c55cd6115a8a3750a0b643ac0",
                "f18db522802c45956341c7bde4e97f1b1134ea160c1b874e0357c79548056e61",
            ],
        );
        check(
            |by| memorydb_auth_token(by, "my-cache", "jane"),
            "my-cache/?Action=connect&User=jane",
            "memorydb",
            [
                "430eeeef5afe6954530fdd19e527c61bde5e0f1a2334acab8c980f3d38b32afb",
                "ba175b200015a967ad1f7934777b0d1242e12d5b92eb28d39b07c9d7e1749b8a",
            ],
        );
    }

    #[test]
    fn host_with_a_path_is_an_error() {
        let (credentials, region) = (keys(None), region());
        let by = TokenSigner { credentials: &credentials, region: &region, now: now() };
        for host in ["", "db/x", "user@db", "db?x", "d b", "https://db", "db#"] {
            assert!(dsql_auth_token(by, host).is_err(), "{host}");
        }
        let error = rds_auth_token(by, "a b", 5432, "jane").unwrap_err();
        assert_eq!(error.to_string(), "`a b:5432` is not a host name");
    }
}
