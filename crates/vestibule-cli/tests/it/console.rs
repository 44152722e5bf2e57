//! A link to the AWS console, signed in.

use crate::support::{Lab, Ran, query, visit};

fn console(lab: &Lab, args: &[&str]) -> Ran {
    lab.run([&["console"], args].concat())
}

/// Where the link leads whoever follows it.
fn follow(link: &str) -> String {
    let answer = visit(link).unwrap();
    let mut lines = answer.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 302 Found"), "{answer}");
    let location = lines.find_map(|line| line.strip_prefix("location: ")).unwrap();
    location.to_owned()
}

#[test]
fn a_link_is_printed_where_that_is_wanted() {
    let lab = Lab::signed_in();
    let ran = console(&lab, &["--print"]);
    let link = ran.succeeded().stdout.trim_end();
    assert_eq!(ran.stderr, "");
    let issuer = query(link)["Issuer"];
    assert_eq!(issuer, "https%3A%2F%2Fprovided-domain.awsapps.com%2Fstart");
    assert_eq!(follow(link), "https://console.aws.amazon.com/console/home?region=us-east-1");

    let link = console(&lab, &["--print", "--service", "s3", "--region", "eu-west-1"]);
    let page = follow(link.succeeded().stdout.trim_end());
    assert_eq!(page, "https://console.aws.amazon.com/s3/home?region=eu-west-1");

    let page = "https://us-east-1.console.aws.amazon.com/lambda/home?a=b&c=d#/functions";
    let link = console(&lab, &["--print", "--destination", page]);
    assert_eq!(follow(link.succeeded().stdout.trim_end()), page);
    assert_eq!(lab.pages_opened().len(), 1, "the sign-in's");
}

#[test]
fn a_browser_gets_it_where_there_is_one() {
    let lab = Lab::signed_in();
    let ran = console(&lab, &["--service", "ec2"]);
    assert_eq!(ran.succeeded().stdout, "");
    ran.says("opened in your browser: https://console.aws.amazon.com/ec2/home?region=us-east-1\n");
    assert!(!ran.stderr.contains("SigninToken"));

    let json = console(&lab, &["--json"]).succeeded().json();
    assert_eq!(json["opened"], true);
    let json = console(&lab, &["--json", "--no-input"]).succeeded().json();
    assert_eq!(json["opened"], false);
    follow(json["url"].as_str().unwrap());

    let quiet = console(&lab, &["--no-input"]);
    quiet.says("This link signs in, for 15 minutes:");
    follow(quiet.succeeded().stdout.trim_end());
}

#[test]
fn links_lead_to_the_console_only() {
    let lab = Lab::signed_in();
    for page in ["http://console.aws.amazon.com/", "https://console.aws.amazon.com.example/"] {
        console(&lab, &["--print", "--destination", page])
            .ended(2)
            .says(&format!("error: `{page}` is not a page of the console: expected https://"));
    }
    console(&lab, &["--print", "--service", "../x"]).ended(2);
    console(&lab, &["--service", "s3", "--destination", "https://console.aws.amazon.com"]).ended(2);
}

#[test]
fn only_roles_open_it() {
    let lab = Lab::new();
    console(&lab, &[]).ended(4).says("hint: vestibule login --sso-session my-sso");
    let keys = "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = hidden\n";
    lab.write(".aws/config", keys);
    console(&lab, &["--print"])
        .ended(6)
        .says("error: long-lived keys open no console, the credentials of a role do\n")
        .says("hint: name a profile that has a role: vestibule console --profile NAME\n");
}
