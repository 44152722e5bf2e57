//! `console`: a signed-in link to the AWS console.

use crate::support::{Output, TestEnv, query, visit};

fn console(env: &TestEnv, args: &[&str]) -> Output {
    env.run([&["console"], args].concat())
}

/// Returns the page that the link redirects to.
fn follow(link: &str) -> String {
    let response = visit(link).unwrap();
    let mut lines = response.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 302 Found"), "{response}");
    let location = lines.find_map(|line| line.strip_prefix("location: ")).unwrap();
    location.to_owned()
}

#[test]
fn console_print_writes_the_link_to_stdout() {
    let env = TestEnv::signed_in();
    let ran = console(&env, &["--print"]);
    let link = ran.succeeded().stdout.trim_end();
    assert_eq!(ran.stderr, "");
    let issuer = query(link)["Issuer"];
    assert_eq!(issuer, "https%3A%2F%2Fprovided-domain.awsapps.com%2Fstart");
    assert_eq!(follow(link), "https://console.aws.amazon.com/console/home?region=us-east-1");

    let link = console(&env, &["--print", "--service", "s3", "--region", "eu-west-1"]);
    let page = follow(link.succeeded().stdout.trim_end());
    assert_eq!(page, "https://console.aws.amazon.com/s3/home?region=eu-west-1");

    let page = "https://us-east-1.console.aws.amazon.com/lambda/home?a=b&c=d#/functions";
    let link = console(&env, &["--print", "--destination", page]);
    assert_eq!(follow(link.succeeded().stdout.trim_end()), page);
    assert_eq!(env.pages_opened().len(), 1, "the sign-in's");
}

#[test]
fn console_opens_the_link_in_a_browser() {
    let env = TestEnv::signed_in();
    let ran = console(&env, &["--service", "ec2"]);
    assert_eq!(ran.succeeded().stdout, "");
    ran.stderr_contains(
        "opened in your browser: https://console.aws.amazon.com/ec2/home?region=us-east-1\n",
    );
    assert!(!ran.stderr.contains("SigninToken"));

    let json = console(&env, &["--json"]).succeeded().json();
    assert_eq!(json["opened"], true);
    let json = console(&env, &["--json", "--no-input"]).succeeded().json();
    assert_eq!(json["opened"], false);
    follow(json["url"].as_str().unwrap());

    let quiet = console(&env, &["--no-input"]);
    quiet.stderr_contains("This link signs in and is valid for 15 minutes:");
    follow(quiet.succeeded().stdout.trim_end());
}

#[test]
fn console_destination_outside_the_console_is_an_error() {
    let env = TestEnv::signed_in();
    for page in ["http://console.aws.amazon.com/", "https://console.aws.amazon.com.example/"] {
        console(&env, &["--print", "--destination", page])
            .exits_with(2)
            .stderr_contains(&format!("error: invalid console URL `{page}`: expected https://"));
    }
    console(&env, &["--print", "--service", "../x"]).exits_with(2);
    console(&env, &["--service", "s3", "--destination", "https://console.aws.amazon.com"])
        .exits_with(2);
}

#[test]
fn console_with_long_lived_keys_is_an_error() {
    let env = TestEnv::new();
    console(&env, &[]).exits_with(4).stderr_contains("hint: vestibule login --sso-session my-sso");
    let keys = "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = hidden\n";
    env.write(".aws/config", keys);
    console(&env, &["--print"])
        .exits_with(6)
        .stderr_contains(
            "error: the console requires temporary credentials, not long-lived access keys\n",
        )
        .stderr_contains(
            "hint: use a profile with a role: vestibule console --profile NAME --print\n",
        );
}
