use std::error::Error;
use std::sync::LazyLock;

use bytes::Bytes;
use vestibule_eks::DescribeCluster;
use vestibule_metadata::{ContainerUri, GetContainerCredentials};
use vestibule_oidc::{CreateToken, Grant};
use vestibule_portal::{GetRoleCredentials, ListAccountRoles, ListAccounts, Logout};
use vestibule_sts::{AssumeRole, GetCallerIdentity, GetSessionToken};
use vestibule_types::{
    AccessToken, AccountId, ClientSecret, RefreshToken, RoleArn, RoleName, RoleSessionName, Vars,
    printable, with_causes,
};
use vestibule_wire::{Endpoint, Operation, Response};

use crate::SECRET;

/// The longest error, in characters: what a service says in it is cut.
const LONGEST: usize = 2_000;

static TOKEN: LazyLock<AccessToken> = LazyLock::new(|| AccessToken::new(SECRET));
static ACCOUNT: LazyLock<AccountId> = LazyLock::new(|| parse("111122223333"));
static ROLE: LazyLock<RoleName> = LazyLock::new(|| parse("Dev"));
static ROLE_ARN: LazyLock<RoleArn> = LazyLock::new(|| parse("arn:aws:iam::111122223333:role/Dev"));

fn parse<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

/// Checks that a response is read to a value, or to a short and printable error without the secret
/// that was sent.
///
/// The first byte chooses the operation, the second the status; lines of headers follow until an
/// empty one, then the body.
pub fn response(bytes: &[u8]) {
    let [operation, status, rest @ ..] = bytes else { return };
    let Some(response) = parse_response(*status, rest) else { return };
    let id = "client";
    match operation % 9 {
        0 => read(
            &GetRoleCredentials { account_id: &ACCOUNT, role_name: &ROLE, token: &TOKEN },
            &response,
        ),
        1 => read(&ListAccounts { token: &TOKEN, next_token: None }, &response),
        2 => {
            let list = ListAccountRoles { account_id: &ACCOUNT, token: &TOKEN, next_token: None };
            read(&list, &response);
        }
        3 => read(&Logout { token: &TOKEN }, &response),
        4 => {
            let (secret, refresh) = (ClientSecret::new(SECRET), RefreshToken::new(SECRET));
            let grant = Grant::RefreshToken(&refresh);
            read(&CreateToken { client_id: id, client_secret: &secret, grant }, &response);
        }
        5 => {
            let Ok(name) = RoleSessionName::new("session") else { panic!("no session name") };
            read(&AssumeRole::new(&ROLE_ARN, &name), &response);
        }
        6 => read(&GetCallerIdentity, &response),
        7 => {
            let vars = Vars::default().with("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role");
            let Ok(Some(uri)) = ContainerUri::from_vars(&vars, |_| Ok(Vec::new())) else {
                panic!("no address")
            };
            read(&GetContainerCredentials { uri: &uri, token: None }, &response);
        }
        _ => {
            read(&DescribeCluster { name: "cluster" }, &response);
            read(&GetSessionToken::default(), &response);
        }
    }
}

fn parse_response(status: u8, rest: &[u8]) -> Option<Response> {
    // All classes of status codes, and the usual ones often.
    let status =
        [200, 400, 401, 403, 429, 500, 503][usize::from(status % 7)] + u16::from(status / 64);
    let (head, body) = match rest.windows(2).position(|window| window == b"\n\n") {
        Some(end) => (&rest[..end], &rest[end + 2..]),
        None => (&[][..], rest),
    };
    let mut response = http::Response::builder().status(status);
    for line in head.split(|&byte| byte == b'\n') {
        let at = line.iter().position(|&byte| byte == b':')?;
        response = response.header(&line[..at], &line[at + 1..]);
    }
    response.body(Bytes::copy_from_slice(body)).ok()
}

fn read<O: Operation>(operation: &O, response: &Response) {
    let _ = (operation.error_code(response), operation.outcome(response));
    let Err(error) = operation.read(response) else { return };
    let error: &(dyn Error + 'static) = &error;
    let shown = with_causes(error);
    assert_eq!(printable(&shown), shown);
    assert!(shown.chars().count() <= LONGEST, "{} characters", shown.chars().count());
    let is_sent = is_sent(operation);
    let shown = format!("{shown} {error:?}");
    assert!(!is_sent || !shown.contains(SECRET), "the error shows what was sent: {shown}");
}

/// Returns whether the request of an operation contains the secret.
fn is_sent(operation: &impl Operation) -> bool {
    static ENDPOINT: LazyLock<Endpoint> = LazyLock::new(|| {
        Endpoint::parse("https://service.test", None).unwrap_or_else(|error| panic!("{error}"))
    });
    let Ok(request) = operation.request(&ENDPOINT) else { panic!("no request") };
    let has_secret =
        |bytes: &[u8]| bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    has_secret(request.body())
        || request.headers().values().any(|value| has_secret(value.as_bytes()))
}
