//! `login`, as people and scripts use it.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use vestibule_emulator::{Emulator, Operation};

use crate::support::{CONFIG, Lab, query, visit};

const MINUTE: Duration = Duration::from_secs(60);

/// Where the browser is sent back to.
fn redirect_uri(page: &str) -> String {
    query(page)["redirect_uri"].replace("%3A", ":").replace("%2F", "/")
}

#[test]
fn one_browser_and_then_credentials() {
    let lab = Lab::new();
    lab.run(["login"]).succeeded().says("Signed in to my-sso");
    let [page] = &lab.pages_opened()[..] else { panic!("{:?}", lab.pages_opened()) };
    assert!(page.starts_with(&lab.server.http()), "{page}");
    assert!(page.bytes().all(|byte| byte.is_ascii_graphic()), "{page}");
    let credentials = lab.run(["export-credentials"]);
    assert!(credentials.succeeded().json()["SecretAccessKey"].is_string());
}

#[test]
fn a_proxy_and_a_bundle_are_enough_under_the_names_of_aws() {
    let lab = Lab::over(Emulator::builder().auto_approve());
    lab.write("ca.pem", lab.server.ca_pem());
    for words in ["login", "login --force --use-device-code", "whoami"] {
        lab.vestibule(words.split(' '))
            .env("AWS_ENDPOINT_URL", "")
            .env("HTTPS_PROXY", lab.server.http())
            .env("AWS_CA_BUNDLE", lab.path("ca.pem"))
            .run()
            .succeeded();
    }
    let [page, ..] = &lab.pages_opened()[..] else { panic!("no page was opened") };
    assert!(page.starts_with("https://oidc.us-east-1.amazonaws.com/authorize?"), "{page}");
}

/// A company's own address leads to a portal in another region than somebody had written.
#[test]
fn a_company_s_own_address_is_followed_and_the_region_corrected() {
    const OWN: &str = "https://sso.example.com/start";
    const PORTAL: &str = "https://ssoins-1.portal.eu-west-1.app.aws";
    let region = vestibule::Region::new("eu-west-1").unwrap();
    for flow in ["--use-pkce", "--use-device-code"] {
        let emulator = Emulator::builder().auto_approve().region(region.clone());
        let lab = Lab::over(emulator.vanity_url(OWN, PORTAL));
        lab.write("ca.pem", lab.server.ca_pem());
        let config = CONFIG.replace("https://provided-domain.awsapps.com/start", OWN);
        lab.write(".aws/config", &config);
        let under_aws = |words: &[&str]| {
            lab.vestibule(words)
                .env("AWS_ENDPOINT_URL", "")
                .env("HTTPS_PROXY", lab.server.http())
                .env("AWS_CA_BUNDLE", lab.path("ca.pem"))
                .run()
        };
        under_aws(&["login", flow])
            .succeeded()
            .says("The portal is in eu-west-1: sso_region was changed from us-east-1");
        let corrected = config.replace("sso_region = us-east-1", "sso_region = eu-west-1");
        assert_eq!(fs::read_to_string(lab.path(".aws/config")).unwrap(), corrected);
        let token = lab.token();
        assert_eq!((&token["startUrl"], &token["region"]), (&OWN.into(), &"eu-west-1".into()));
        under_aws(&["export-credentials"]).succeeded();
        let again = under_aws(&["login", flow]);
        again.succeeded().says("Already signed in");
        assert!(!again.stderr.contains("sso_region"), "{again:#?}");
    }
}

#[test]
fn who_is_signed_in_is_left_alone() {
    let lab = Lab::signed_in();
    lab.run(["login"]).succeeded().says("Already signed in to my-sso");
    lab.pass(MINUTE * 40);
    lab.run(["login"]).succeeded().says("(19m ");
    assert_eq!(lab.emulator.count(Operation::CreateToken), 1);
    // Now less than the 15 minutes of the default are left; nobody needs to be asked.
    lab.pass(MINUTE * 10);
    let ran = lab.run(["login"]);
    ran.succeeded();
    assert!(["(1h left)", "(59m 5"].iter().any(|left| ran.stderr.contains(left)), "{ran:?}");
    assert_eq!(lab.emulator.count(Operation::CreateToken), 2);
    assert_eq!(lab.pages_opened().len(), 1);
}

#[test]
fn force_signs_in_anew() {
    let lab = Lab::signed_in();
    let before = lab.token();
    lab.run(["login", "--force"]).succeeded().says("Signed in to my-sso");
    assert_ne!(lab.token()["accessToken"], before["accessToken"]);
    assert_eq!(lab.token()["clientId"], before["clientId"], "the registration serves again");
    assert_eq!(lab.pages_opened().len(), 2);
}

#[test]
fn min_remaining_is_had_silently_where_that_is_possible() {
    let lab = Lab::signed_in();
    lab.pass(MINUTE * 30);
    lab.run(["login", "--min-remaining", "10m"]).succeeded().says("Already signed in");
    assert_eq!(lab.emulator.count(Operation::CreateToken), 1);
    lab.run(["login", "--min-remaining", "45m"]).succeeded().says("Already signed in");
    assert_eq!(lab.emulator.count(Operation::CreateToken), 2);
    assert_eq!(lab.pages_opened().len(), 1);
    // No token lasts that long, so somebody is asked.
    lab.run(["login", "--min-remaining", "2h"]).succeeded().says("Signed in to my-sso");
    assert_eq!(lab.pages_opened().len(), 2);
}

#[test]
fn a_page_that_nobody_opens_is_printed() {
    for flag in ["--no-browser", "--no-input"] {
        let lab = Lab::new();
        let mut login = lab.vestibule(["login", "--json", flag]).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        let redirect = lab.emulator.authorize(&page).unwrap();
        assert!(redirect.starts_with("http://127.0.0.1:"), "{redirect}");
        assert!(visit(&redirect).unwrap().contains("Signed in"));
        login.ends().succeeded().says(&page);
        assert!(lab.pages_opened().is_empty());
    }
}

#[test]
fn a_browser_that_does_not_start_is_no_obstacle() {
    let lab = Lab::new();
    let login = lab.vestibule(["login", "--json"]).env("BROWSER", "/does/not/exist");
    let mut login = login.start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    visit(&lab.emulator.authorize(&page).unwrap()).unwrap();
    login.ends().succeeded().says("Open this page in a browser on this machine");
}

#[test]
fn the_address_that_the_browser_ends_at_can_be_pasted() {
    let lab = Lab::new();
    let login = lab.vestibule(["login", "--no-browser", "--json"]).with_keyboard();
    let mut login = login.start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    let redirect = lab.emulator.authorize(&page).unwrap();
    login.types("http://127.0.0.1/oauth/callback?code=guessed&state=guessed");
    login.types("what does it want?");
    login.types(&redirect);
    login.ends().succeeded().says("That address does not belong to this sign-in.");
}

#[test]
fn events_are_lines_of_json() {
    let lab = Lab::new();
    let events = lab.run(["login", "--json"]).succeeded().events();
    let names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["open", "signedIn"]);
    assert_eq!(events[1]["session"], "my-sso");
    assert_eq!(events[1]["expiresAt"], lab.token()["expiresAt"]);
    let events = lab.run(["login", "--json"]).succeeded().events();
    assert_eq!(events[0]["event"], "alreadySignedIn");
}

#[test]
fn the_redirect_comes_to_the_port_that_was_asked_for() {
    let lab = Lab::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let port = free.to_string();
    lab.run(["login", "--port", &port]).succeeded();
    let uri = redirect_uri(&lab.pages_opened()[0]);
    assert_eq!(uri, format!("http://127.0.0.1:{port}/oauth/callback"));
}

#[test]
fn a_port_in_use_is_found_before_anybody_is_asked() {
    let lab = Lab::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    lab.run(["login", "--port", &port])
        .ended(1)
        .says(&format!("127.0.0.1 port {port}"))
        .says("hint: vestibule login --use-device-code");
    assert!(lab.pages_opened().is_empty() && lab.emulator.requests().is_empty());
}

#[test]
fn over_ssh_any_device_will_do() {
    let lab = Lab::over(Emulator::builder().auto_approve());
    lab.vestibule(["login"])
        .env("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
        .run()
        .succeeded()
        .says("Signing in by device code: this is an SSH session.");
    assert_eq!(lab.emulator.count(Operation::StartDeviceAuthorization), 1);
    assert!(lab.pages_opened().is_empty());
}

#[test]
fn a_device_code_is_shown_and_waited_for() {
    let lab = Lab::new();
    let mut login = lab.vestibule(["login", "--use-device-code", "--no-browser", "--json"]).start();
    let shown = login.event("verification");
    let code = shown["userCode"].as_str().unwrap();
    assert!(shown["completeUrl"].as_str().unwrap().contains(code), "{shown}");
    lab.emulator.approve(code).unwrap();
    login.ends().succeeded().says(code).says("(portal: provided-domain.awsapps.com)");
    assert!(lab.token()["refreshToken"].is_string());
}

#[test]
fn who_denies_is_taken_at_their_word() {
    let lab = Lab::new();
    let mut login = lab.vestibule(["login", "--use-device-code", "--no-browser", "--json"]).start();
    lab.emulator.deny(login.event("verification")["userCode"].as_str().unwrap()).unwrap();
    let denied = login.ends();
    assert_eq!(denied.ended(4).events().last().unwrap()["error"]["kind"], "sign-in-needed");

    let mut login = lab.vestibule(["login", "--no-browser", "--json"]).start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    let state = query(&page)["state"];
    let denied = format!("{}?error=access_denied&state={state}", redirect_uri(&page));
    let shown = visit(&denied).unwrap();
    assert!(shown.contains("Not signed in") && !shown.contains("access_denied"), "{shown}");
    login.ends().ended(4);
}

#[test]
fn a_profile_of_the_older_style_signs_in_by_device_code() {
    let lab = Lab::over(Emulator::builder().auto_approve());
    lab.write(
        ".aws/config",
        "[default]\n\
         sso_start_url = https://provided-domain.awsapps.com/start\n\
         sso_region = us-east-1\n\
         sso_account_id = 111122223333\n\
         sso_role_name = SampleRole\n",
    );
    lab.run(["login"]).succeeded().says("the profile is of the older style");
    lab.run(["export-credentials"]).succeeded();
}

#[test]
fn a_cache_that_cannot_be_written_is_found_before_anybody_is_asked() {
    let lab = Lab::new();
    lab.write(".aws/sso/cache", "a file, where a folder should be");
    let refused = lab.run(["login"]);
    refused.ended(1).says(&lab.path(".aws/sso/cache").display().to_string()).says("hint: make ");
    assert!(lab.pages_opened().is_empty() && lab.emulator.requests().is_empty());
}

#[test]
fn ctrl_c_ends_it_and_leaves_nothing() {
    for (flag, event) in [("--use-pkce", "open"), ("--use-device-code", "verification")] {
        let lab = Lab::new();
        let mut login = lab.vestibule(["login", flag, "--no-browser", "--json"]).start();
        login.event(event);
        login.interrupts();
        login.ends().ended(130);
        assert!(lab.leftovers().is_empty(), "{:?}", lab.leftovers());
        lab.run(["status"]).ended(5);
    }
}

#[test]
fn the_loudest_log_holds_no_secret() {
    // The laboratory looks through all that was said when it goes.
    let lab = Lab::new();
    lab.run(["login", "-vv"]).succeeded();
    lab.run(["export-credentials", "-vv"]).succeeded();
    lab.pass(MINUTE * 61);
    lab.run(["export-credentials", "-vv"]).succeeded().says("token refreshed");
    lab.run(["status", "-vv", "--json"]).succeeded();
    lab.run(["explain", "-vv", "--json"]).succeeded();
    lab.emulator.revoke_sessions();
    lab.pass(MINUTE * 61);
    lab.run(["export-credentials", "-vv"]).ended(4);
    lab.run(["logout", "-vv"]).succeeded();
}
