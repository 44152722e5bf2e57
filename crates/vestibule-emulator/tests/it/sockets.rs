//! STS and machine credentials over HTTP.

use serde_json::Value;
use vestibule_emulator::{Container, Emulator, IamRole, IamUser, Instance, Server};
use vestibule_wire::Request;
use vestibule_world::Clock as _;

use crate::client::seconds;
use crate::server::{connect, exchange};
use crate::signer::{IDENTITY, Keys, action, assert_contains, element, signed};

fn serve() -> (Emulator, Server) {
    let emulator = Emulator::builder()
        .iam_user(IamUser::new("111122223333", "dev").access_key("AKIADEV", "dev's"))
        .iam_role(IamRole::new("111122223333", "Deployer"))
        .instance(Instance::new().role("111122223333", "WebServer"))
        .container(Container::ecs("111122223333", "Task", "e8b1f0"))
        .build();
    let server = Server::start(emulator.clone()).unwrap();
    (emulator, server)
}

/// Sends a request with the `Host` of its URI.
fn send_to(server: &Server, request: &Request) -> String {
    let uri = request.uri();
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {}",
        request.method(),
        uri.path(),
        uri.authority().unwrap()
    );
    for (name, value) in request.headers() {
        head += &["\r\n", name.as_str(), ": ", value.to_str().unwrap()].concat();
    }
    let body = std::str::from_utf8(request.body()).unwrap();
    exchange(&mut connect(&server.http()), &head, body)
}

fn request(emulator: &Emulator, server: &Server, keys: &Keys, body: &str) -> String {
    let at = emulator.clock().now().compact();
    send_to(server, &signed(keys, &at, "us-east-1", "sts", body))
}

fn body(response: &str) -> &str {
    response.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn assumed_role_works_over_http() {
    let (emulator, server) = serve();
    let dev = Keys::lasting("AKIADEV", "dev's");
    let role = ("RoleArn", "arn:aws:iam::111122223333:role/Deployer");
    let assume = action("AssumeRole", &[role, ("RoleSessionName", "me")]);
    let response = request(&emulator, &server, &dev, &assume);
    assert_contains(
        &response,
        &["HTTP/1.1 200 OK\r\n", "content-type: text/xml\r\n", "x-amzn-requestid: "],
    );
    let arn = request(&emulator, &server, &Keys::of_xml(&response), IDENTITY);
    assert_eq!(element(&arn, "Arn"), "arn:aws:sts::111122223333:assumed-role/Deployer/me");
    emulator.clock().advance(seconds(3600));
    let late = request(&emulator, &server, &Keys::of_xml(&response), IDENTITY);
    assert_contains(&late, &["HTTP/1.1 403 Forbidden\r\n", "<Code>ExpiredToken</Code>"]);
}

#[test]
fn machine_credentials_work_over_http() {
    let (emulator, server) = serve();
    let get = |path: &str, token: &str| {
        let request = http::Request::get(format!("http://169.254.169.254{path}"))
            .header("x-aws-ec2-metadata-token", token);
        send_to(&server, &request.body("".into()).unwrap())
    };
    let open = http::Request::put("http://169.254.169.254/latest/api/token")
        .header("x-aws-ec2-metadata-token-ttl-seconds", "60");
    let token = send_to(&server, &open.body("".into()).unwrap());
    let token = body(&token);
    let roles = "/latest/meta-data/iam/security-credentials/";
    assert_contains(&get(roles, "unknown"), &["HTTP/1.1 401 Unauthorized\r\n"]);
    assert_eq!(body(&get(roles, token)), "WebServer");
    for (path, role) in
        [(&*format!("{roles}WebServer"), "WebServer"), ("/v2/credentials/e8b1f0", "Task")]
    {
        let document: Value = serde_json::from_str(body(&get(path, token))).unwrap();
        let text = |name: &str| document[name].as_str().unwrap().to_owned();
        let keys = Keys {
            id: text("AccessKeyId"),
            secret: text("SecretAccessKey"),
            token: Some(text("Token")),
        };
        let arn = request(&emulator, &server, &keys, IDENTITY);
        assert_contains(&arn, &[&format!("<Arn>arn:aws:sts::111122223333:assumed-role/{role}/")]);
    }
}
