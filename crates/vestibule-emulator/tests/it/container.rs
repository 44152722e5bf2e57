use serde_json::json;
use vestibule_emulator::{Container, Emulator, Fault, Operation};
use vestibule_wire::Response;

use crate::client::{read, seconds, send};
use crate::signer::{Keys, text};

const SUBJECT: &str = "system:serviceaccount:default:app";
const EKS: &str = "http://169.254.170.23/v1/credentials";
const GREENGRASS: &str = "http://localhost:8080/2016-11-01/credentialprovider/";

fn emulator() -> Emulator {
    Emulator::builder()
        .container(Container::ecs("111122223333", "Task", "e8b1f0"))
        .container(Container::eks("111122223333", "Pod", SUBJECT))
        .container(Container::greengrass("111122223333", "Core", "a token"))
        .build()
}

fn get(emulator: &Emulator, url: &str, token: &str) -> Response {
    let mut request = http::Request::get(url);
    if !token.is_empty() {
        request = request.header("authorization", token);
    }
    send(emulator, request.body("".into()).unwrap())
}

/// Returns the ARN of the credentials in a response.
#[track_caller]
fn arn(emulator: &Emulator, response: &Response) -> String {
    let (status, body) = read(response);
    assert_eq!(status, 200, "{body}");
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    let token = Some(text("Token"));
    Keys { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token }.arn(emulator)
}

#[test]
fn ecs_task_is_identified_by_its_id() {
    let emulator = emulator();
    let request =
        |id: &str| get(&emulator, &format!("http://169.254.170.2/v2/credentials{id}"), "");
    let response = request("/e8b1f0");
    assert_eq!(arn(&emulator, &response), "arn:aws:sts::111122223333:assumed-role/Task/e8b1f0");
    assert_eq!(read(&response).1["RoleArn"], "arn:aws:iam::111122223333:role/Task");
    for (id, code, says) in [
        ("/other", "InvalidIdInRequest", "Credentials not found"),
        ("", "NoIdInRequest", "No ID in the request"),
    ] {
        let message = format!("CredentialsV2Request: {says}");
        let body = json!({ "code": code, "message": message, "HTTPErrorCode": 400 });
        assert_eq!(read(&request(id)), (400, body));
    }
}

#[test]
fn eks_pod_needs_a_valid_token() {
    let emulator = emulator();
    let token =
        |audience: &str, subject: &str| emulator.identity_token(audience, subject, seconds(60));
    let good = token("pods.eks.amazonaws.com", SUBJECT);
    let response = get(&emulator, EKS, &good);
    assert_eq!(
        arn(&emulator, &response),
        "arn:aws:sts::111122223333:assumed-role/Pod/eks-emulated-app"
    );
    assert_eq!(read(&response).1["AccountId"], "111122223333");
    for (token, says) in [
        (String::new(), "400 Service account token cannot be empty\n"),
        ("no token".into(), "400 Service account token cannot be parsed: token is malformed\n"),
        (token("sts.amazonaws.com", SUBJECT), "(InvalidTokenException)"),
        (token("pods.eks.amazonaws.com", "x"), "(ResourceNotFoundException)"),
        (
            Emulator::builder().build().identity_token("a", "b", seconds(60)) + "x",
            "(InvalidTokenException)",
        ),
    ] {
        let response = text(&get(&emulator, EKS, &token));
        assert!(response.starts_with("400 ") && response.contains(says), "{response}");
    }
    emulator.clock().advance(seconds(60));
    assert!(text(&get(&emulator, EKS, &good)).contains("token is expired"));
}

#[test]
fn greengrass_component_needs_its_token() {
    let emulator = emulator();
    let response = get(&emulator, GREENGRASS, "a token");
    assert_eq!(arn(&emulator, &response), "arn:aws:sts::111122223333:assumed-role/Core/core");
    for token in ["", "another"] {
        assert_eq!(text(&get(&emulator, GREENGRASS, token)), "403 ");
    }
}

#[test]
fn scripted_container_error_has_the_format_of_ecs() {
    let emulator = emulator();
    let code = "CredentialsUninitialized";
    emulator.fail(Operation::GetContainerCredentials).with(Fault::Error(code.into()));
    let response = get(&emulator, "http://localhost/v2/credentials/e8b1f0", "");
    let body = json!({ "code": code, "message": "Scripted", "HTTPErrorCode": 503 });
    assert_eq!(read(&response), (503, body));
}
