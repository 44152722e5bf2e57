//! `login`, as users and scripts run it.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use vestibule_emulator::{Emulator, Fault, Operation};

use crate::support::{CONFIG, TestEnv, query, visit};

const MINUTE: Duration = Duration::from_secs(60);

/// Returns the redirect URI of an authorize page.
fn redirect_uri(page: &str) -> String {
    query(page)["redirect_uri"].replace("%3A", ":").replace("%2F", "/")
}

#[test]
fn login_opens_one_page_and_gives_credentials() {
    let env = TestEnv::new();
    env.run(["login"]).succeeded().stderr_contains("Signed in to my-sso");
    let [page] = &env.pages_opened()[..] else { panic!("{:?}", env.pages_opened()) };
    assert!(page.starts_with(&env.server.http()), "{page}");
    assert!(page.bytes().all(|byte| byte.is_ascii_graphic()), "{page}");
    let credentials = env.run(["export-credentials"]);
    assert!(credentials.succeeded().json()["SecretAccessKey"].is_string());
}

#[test]
fn login_through_a_proxy_with_a_ca_bundle_succeeds() {
    let env = TestEnv::with_emulator(Emulator::builder().auto_approve());
    env.write("ca.pem", env.server.ca_pem());
    for words in ["login", "login --force --use-device-code", "whoami"] {
        env.vestibule(words.split(' '))
            .env("AWS_ENDPOINT_URL", "")
            .env("HTTPS_PROXY", env.server.http())
            .env("AWS_CA_BUNDLE", env.path("ca.pem"))
            .run()
            .succeeded();
    }
    let [page, ..] = &env.pages_opened()[..] else { panic!("no page was opened") };
    assert!(page.starts_with("https://oidc.us-east-1.amazonaws.com/authorize?"), "{page}");
}

/// A vanity URL whose portal is in another region than the configured one.
#[test]
fn login_vanity_url_corrects_the_region() {
    const OWN: &str = "https://sso.example.com/start";
    const PORTAL: &str = "https://ssoins-1.portal.eu-west-1.app.aws";
    let region = vestibule::Region::new("eu-west-1").unwrap();
    for flow in ["--use-pkce", "--use-device-code"] {
        let emulator = Emulator::builder().auto_approve().region(region.clone());
        let env = TestEnv::with_emulator(emulator.vanity_url(OWN, PORTAL));
        env.write("ca.pem", env.server.ca_pem());
        let config = CONFIG.replace("https://provided-domain.awsapps.com/start", OWN);
        env.write(".aws/config", &config);
        let under_aws = |words: &[&str]| {
            env.vestibule(words)
                .env("AWS_ENDPOINT_URL", "")
                .env("HTTPS_PROXY", env.server.http())
                .env("AWS_CA_BUNDLE", env.path("ca.pem"))
                .run()
        };
        under_aws(&["login", flow])
            .succeeded()
            .stderr_contains("The portal is in eu-west-1: sso_region was changed from us-east-1");
        let corrected = config.replace("sso_region = us-east-1", "sso_region = eu-west-1");
        assert_eq!(fs::read_to_string(env.path(".aws/config")).unwrap(), corrected);
        let token = env.token();
        assert_eq!((&token["startUrl"], &token["region"]), (&OWN.into(), &"eu-west-1".into()));
        under_aws(&["export-credentials"]).succeeded();
        let again = under_aws(&["login", flow]);
        again.succeeded().stderr_contains("Already signed in");
        assert!(!again.stderr.contains("sso_region"), "{again:#?}");
    }
}

#[test]
fn login_with_a_valid_session_does_nothing() {
    let env = TestEnv::signed_in();
    env.run(["login"]).succeeded().stderr_contains("Already signed in to my-sso");
    env.advance(MINUTE * 40);
    env.run(["login"]).succeeded().stderr_contains("(19m ");
    assert_eq!(env.emulator.count(Operation::CreateToken), 1);
    // Less than the default of 15 minutes is left, so the token is refreshed.
    env.advance(MINUTE * 10);
    let ran = env.run(["login"]);
    ran.succeeded();
    assert!(["(1h left)", "(59m 5"].iter().any(|left| ran.stderr.contains(left)), "{ran:?}");
    assert_eq!(env.emulator.count(Operation::CreateToken), 2);
    assert_eq!(env.pages_opened().len(), 1);
}

#[test]
fn login_force_signs_in_again() {
    let env = TestEnv::signed_in();
    let before = env.token();
    env.run(["login", "--force"]).succeeded().stderr_contains("Signed in to my-sso");
    assert_ne!(env.token()["accessToken"], before["accessToken"]);
    assert_eq!(env.token()["clientId"], before["clientId"], "the registration serves again");
    assert_eq!(env.pages_opened().len(), 2);
    assert_eq!(env.emulator.count(Operation::Logout), 1, "of the previous session");
    env.run(["export-credentials"]).succeeded();
    // The portal ends a session by an access token that has not expired.
    env.advance(MINUTE * 61);
    env.run(["login", "--force"]).succeeded();
    assert_eq!(env.emulator.count(Operation::Logout), 2);
    env.emulator.fail(Operation::Logout).always().with(Fault::Reset);
    env.run(["login", "--force"])
        .succeeded()
        .stderr_contains("warning: the portal session could not be ended")
        .stderr_contains("Signed in to my-sso");
}

#[test]
fn login_force_that_is_not_approved_says_that_the_session_was_ended() {
    let env = TestEnv::signed_in();
    let mut login =
        env.vestibule(["login", "--force", "--use-device-code", "--no-browser", "--json"]).start();
    env.emulator.deny(login.event("verification")["userCode"].as_str().unwrap()).unwrap();
    let denied = login.wait();
    assert!(
        denied.exits_with(4).stdout.contains("--force ended the previous session"),
        "{denied:?}"
    );
    assert_eq!(env.emulator.count(Operation::Logout), 1);
    env.run(["status"]).exits_with(4);
    env.run(["login"]).succeeded().stderr_contains("Signed in to my-sso");
}

/// The page of a registration that the service does not know is an error without a redirect.
#[test]
fn login_with_a_registration_that_the_service_lost_registers_again() {
    let env = TestEnv::signed_in();
    env.emulator.expire_registrations();
    env.run(["login", "--force"]).succeeded().stderr_contains("Signed in to my-sso");
    assert_eq!(env.emulator.count(Operation::RegisterClient), 2);
    assert_eq!(env.pages_opened().len(), 2);
}

#[test]
fn login_in_a_region_that_does_not_know_the_start_url_names_both_lines() {
    let region = vestibule::Region::new("eu-west-1").unwrap();
    let env = TestEnv::with_emulator(Emulator::builder().region(region));
    env.write("ca.pem", env.server.ca_pem());
    env.vestibule(["login", "--use-device-code"])
        .env("AWS_ENDPOINT_URL", "")
        .env("HTTPS_PROXY", env.server.http())
        .env("AWS_CA_BUNDLE", env.path("ca.pem"))
        .run()
        .exits_with(1)
        .stderr_contains("The start URL of SSO session \"my-sso\" is not known in us-east-1.")
        .stderr_contains("chosen by sso_start_url, ~/.aws/config:9")
        .stderr_contains("hint: correct ~/.aws/config:9 or ~/.aws/config:8, then try again");
}

#[test]
fn login_accepts_a_session_or_its_start_url_in_the_place_of_a_profile() {
    for name in [
        "my-sso",
        "https://provided-domain.awsapps.com/start",
        "provided-domain.awsapps.com/start/#/",
    ] {
        let env = TestEnv::new();
        env.run(["login", name]).succeeded().stderr_contains("Signed in to my-sso");
        env.run(["logout", name]).succeeded().stderr_contains("Signed out of my-sso.");
    }
}

#[test]
fn login_with_an_argument_that_is_not_a_profile_hints_at_a_command() {
    let env = TestEnv::new();
    let check = |argument: &str, hint: &str| {
        env.run(["login", argument]).exits_with(6).stderr_contains(&format!("hint: {hint}\n"));
    };
    check("ann@example.com", "vestibule login");
    check("defualt", "vestibule list-profiles");
    let url = "https://other.awsapps.com/start";
    check(url, &format!("vestibule configure sso --start-url {url}"));
    env.write(".aws/config", "");
    check("ann@example.com", "vestibule configure sso");
    check("dev", "vestibule configure sso --profile dev");
    check(url, &format!("vestibule configure sso --start-url {url}"));
    env.run(["login", "ann@example.com"])
        .exits_with(6)
        .stderr_contains("your e-mail address is asked for in the browser");
}

/// A sign-in that cannot be performed leaves the session as it is.
#[test]
fn login_force_with_an_obstacle_does_not_end_the_portal_session() {
    let env = TestEnv::signed_in();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    env.run(["login", "--force", "--port", &port]).exits_with(1).stderr_contains("already in use");
    for operation in [Operation::RegisterClient, Operation::StartDeviceAuthorization] {
        env.emulator.fail(operation).always().with("403".parse().unwrap());
    }
    env.run(["login", "--force", "--use-device-code"]).exits_with(1);
    env.emulator.clear_faults();
    env.vestibule(["login", "--force"]).env("CI", "true").run().exits_with(4);
    assert_eq!(env.emulator.count(Operation::Logout), 0);
    env.run(["export-credentials"]).succeeded();
    assert_eq!(env.emulator.count(Operation::CreateToken), 1);
}

#[test]
fn login_min_remaining_is_about_the_session_and_not_the_access_token() {
    let env = TestEnv::signed_in();
    env.advance(MINUTE * 30);
    env.run(["login", "--min-remaining", "10m"]).succeeded().stderr_contains("Already signed in");
    assert_eq!(env.emulator.count(Operation::CreateToken), 1);
    // No access token lasts that long, but the session does: nothing is refreshed for it.
    for span in ["45m", "2h", "2h"] {
        env.run(["login", "--min-remaining", span])
            .succeeded()
            .stderr_contains("Already signed in");
        assert_eq!(env.emulator.count(Operation::CreateToken), 1, "{span}");
    }
    // The beginning of another tool's session is not known, so its token is what counts.
    fs::remove_file(env.token_file().with_extension("session")).unwrap();
    env.run(["login", "--min-remaining", "45m"]).succeeded().stderr_contains("Already signed in");
    assert_eq!(env.emulator.count(Operation::CreateToken), 2);
    assert_eq!(env.pages_opened().len(), 1);
}

#[test]
fn login_signs_in_again_before_the_portal_session_expires() {
    let env = TestEnv::signed_in();
    env.advance(MINUTE * 470);
    env.run(["login", "--min-remaining", "5m"]).succeeded().stderr_contains("Already signed in");
    let login = env.run(["login"]);
    login.succeeded().stderr_contains("Signing in again: the session expires at about ");
    login.stderr_contains("--min-remaining is 15m").stderr_contains("Signed in to my-sso");
    assert!(!login.stderr.contains("warning"), "{login:?}");
    assert_eq!(env.pages_opened().len(), 2);
    env.run(["login"]).succeeded().stderr_contains("Already signed in");
}

#[test]
fn login_warns_if_a_new_session_does_not_last_long_enough() {
    let env = TestEnv::new();
    let login = env.run(["login", "--min-remaining", "9h"]);
    login.succeeded().stderr_contains("warning: the new session expires at about ");
    login.stderr_contains("before --min-remaining 9h");
}

#[test]
fn login_signs_in_again_when_scopes_were_added() {
    const ADDED: &str = "sso:account:access, codewhisperer:completions";
    let env = TestEnv::signed_in();
    env.write(".aws/config", &CONFIG.replace("sso:account:access", ADDED));
    env.run(["login"]).succeeded().stderr_contains(
        "Signing in again: the token was issued without the configured scopes \
         codewhisperer:completions.",
    );
    env.run(["login"]).succeeded().stderr_contains("Already signed in");
    // A scope that was removed is no reason.
    env.write(".aws/config", CONFIG);
    env.run(["login"]).succeeded().stderr_contains("Already signed in");
    assert_eq!(env.pages_opened().len(), 2);
}

#[test]
fn login_no_browser_prints_the_page() {
    for flag in ["--no-browser", "--no-input"] {
        let env = TestEnv::new();
        let mut login = env.vestibule(["login", "--json", flag]).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        let redirect = env.emulator.authorize(&page).unwrap();
        assert!(redirect.starts_with("http://127.0.0.1:"), "{redirect}");
        assert!(visit(&redirect).unwrap().contains("Signed in"));
        login.wait().succeeded().stderr_contains(&page);
        assert!(env.pages_opened().is_empty());
    }
}

#[test]
fn login_no_input_without_a_terminal_exits_at_once() {
    let env = TestEnv::new();
    env.run(["login", "--no-input"])
        .exits_with(4)
        .stderr_contains("no user can approve it without a terminal (--no-input)\n")
        .stderr_contains("hint: vestibule login --sso-session my-sso --use-device-code\n");
}

#[test]
fn login_with_a_broken_browser_prints_the_page() {
    let env = TestEnv::new();
    let login = env.vestibule(["login", "--json"]).env("BROWSER", "/does/not/exist");
    let mut login = login.start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    visit(&env.emulator.authorize(&page).unwrap()).unwrap();
    login.wait().succeeded().stderr_contains("Open this page in a browser on this machine");
}

#[test]
fn login_accepts_a_pasted_redirect_url() {
    let env = TestEnv::new();
    let login = env.vestibule(["login", "--no-browser", "--json"]).with_keyboard();
    let mut login = login.start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    let redirect = env.emulator.authorize(&page).unwrap();
    login.type_line("http://127.0.0.1/oauth/callback?code=guessed&state=guessed");
    login.type_line("what does it want?");
    login.type_line(&redirect);
    login.wait().succeeded().stderr_contains("That URL does not belong to this sign-in.");
}

#[test]
fn login_json_prints_events() {
    let env = TestEnv::new();
    let events = env.run(["login", "--json"]).succeeded().events();
    let names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["open", "signedIn"]);
    assert_eq!(events[1]["session"], "my-sso");
    assert_eq!(events[1]["expiresAt"], env.token()["expiresAt"]);
    let events = env.run(["login", "--json"]).succeeded().events();
    assert_eq!(events[0]["event"], "alreadySignedIn");
}

#[test]
fn login_port_is_used_for_the_redirect() {
    let env = TestEnv::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let port = free.to_string();
    env.run(["login", "--port", &port]).succeeded();
    let uri = redirect_uri(&env.pages_opened()[0]);
    assert_eq!(uri, format!("http://127.0.0.1:{port}/oauth/callback"));
}

#[test]
fn login_port_in_use_is_an_error_before_any_request() {
    let env = TestEnv::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    env.run(["login", "--port", &port])
        .exits_with(1)
        .stderr_contains(&format!("Port {port} cannot be opened"))
        .stderr_contains("hint: vestibule login --sso-session my-sso --use-device-code");
    assert!(env.pages_opened().is_empty() && env.emulator.requests().is_empty());
}

#[test]
fn login_over_ssh_uses_the_device_flow() {
    let env = TestEnv::with_emulator(Emulator::builder().auto_approve());
    env.vestibule(["login"])
        .env("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
        .run()
        .succeeded()
        .stderr_contains("Signing in by device code: this is an SSH session.");
    assert_eq!(env.emulator.count(Operation::StartDeviceAuthorization), 1);
    assert!(env.pages_opened().is_empty());
}

#[test]
fn login_device_code_is_shown_and_awaited() {
    let env = TestEnv::new();
    let mut login = env.vestibule(["login", "--use-device-code", "--no-browser", "--json"]).start();
    let shown = login.event("verification");
    let code = shown["userCode"].as_str().unwrap();
    assert!(shown["completeUrl"].as_str().unwrap().contains(code), "{shown}");
    env.emulator.approve(code).unwrap();
    login
        .wait()
        .succeeded()
        .stderr_contains(code)
        .stderr_contains("approve only if it shows this code:")
        .stderr_contains("(portal: provided-domain.awsapps.com)");
    assert!(env.token()["refreshToken"].is_string());
}

#[test]
fn login_not_approved_in_time_says_that_the_request_expired() {
    let env = TestEnv::new();
    let mut login = env.vestibule(["login", "--use-device-code", "--no-browser", "--json"]).start();
    login.event("verification");
    env.emulator.clock().advance(MINUTE * 11);
    let expired = login.wait();
    let events = expired.exits_with(4).events();
    let causes = &events.last().unwrap()["error"]["causes"];
    assert_eq!(causes[0], "the sign-in request expired before it was approved");

    let login = env.vestibule(["login", "--use-device-code", "--no-browser"]).start();
    let code = || env.emulator.pending_user_codes().pop();
    while code().is_none() {
        std::thread::yield_now();
    }
    env.emulator.clock().advance(MINUTE * 11);
    login.wait().exits_with(4).stderr_contains("the sign-in request expired").stderr_contains(
        "if the page showed an error, check sso_start_url (~/.aws/config:9) and sso_region \
         (~/.aws/config:8)",
    );
}

#[test]
fn login_denied_exits_with_4() {
    let env = TestEnv::new();
    let mut login = env.vestibule(["login", "--use-device-code", "--no-browser", "--json"]).start();
    env.emulator.deny(login.event("verification")["userCode"].as_str().unwrap()).unwrap();
    let denied = login.wait();
    assert_eq!(denied.exits_with(4).events().last().unwrap()["error"]["kind"], "sign-in-needed");

    let mut login = env.vestibule(["login", "--no-browser", "--json"]).start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    let state = query(&page)["state"];
    let denied = format!("{}?error=access_denied&state={state}", redirect_uri(&page));
    let shown = visit(&denied).unwrap();
    assert!(shown.contains("Not signed in") && !shown.contains("access_denied"), "{shown}");
    login.wait().exits_with(4);
}

#[test]
fn login_legacy_profile_uses_the_device_flow() {
    let env = TestEnv::with_emulator(Emulator::builder().auto_approve());
    env.write(
        ".aws/config",
        "[default]\n\
         sso_start_url = https://provided-domain.awsapps.com/start\n\
         sso_region = us-east-1\n\
         sso_account_id = 111122223333\n\
         sso_role_name = SampleRole\n",
    );
    env.run(["login"])
        .succeeded()
        .stderr_contains("the profile has no sso_session (legacy configuration)");
    env.run(["export-credentials"]).succeeded();
}

#[test]
fn login_unwritable_cache_is_an_error_before_any_request() {
    let env = TestEnv::new();
    env.write(".aws/sso/cache", "a file, where a folder should be");
    let refused = env.run(["login"]);
    refused
        .exits_with(1)
        .stderr_contains(&env.path(".aws/sso/cache").display().to_string())
        .stderr_contains("hint: make ");
    assert!(env.pages_opened().is_empty() && env.emulator.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn login_interrupted_leaves_no_file() {
    for (flag, event) in [("--use-pkce", "open"), ("--use-device-code", "verification")] {
        let env = TestEnv::new();
        let mut login = env.vestibule(["login", flag, "--no-browser", "--json"]).start();
        login.event(event);
        login.interrupt();
        login.wait().exits_with(130);
        assert!(env.leftovers().is_empty(), "{:?}", env.leftovers());
        env.run(["status"]).exits_with(5);
    }
}

#[test]
fn verbose_log_names_requests_and_with_two_v_files() {
    let env = TestEnv::signed_in();
    let requests = env.run(["export-credentials", "-v"]);
    requests.succeeded().stderr_contains("info: GetRoleCredentials endpoint=\"http://127.0.0.1:");
    for part in ["attempt=1", "status=200", "request_id=\"", "ms="] {
        requests.stderr_contains(part);
    }
    assert!(!requests.stderr.contains("file read"), "{requests:?}");
    env.run(["export-credentials", "-vv"]).succeeded().stderr_contains("debug: file read path=");
    let login = env.run(["login", "--force", "--use-device-code", "-v"]);
    for operation in ["info: Logout", "info: StartDeviceAuthorization", "info: CreateToken"] {
        login.stderr_contains(operation);
    }
}

#[test]
fn verbose_log_contains_no_secret() {
    // `TestEnv` searches all output for secrets on drop.
    let env = TestEnv::new();
    env.run(["login", "-vv"]).succeeded();
    env.run(["export-credentials", "-vv"]).succeeded();
    env.advance(MINUTE * 61);
    env.run(["export-credentials", "-vv"]).succeeded().stderr_contains("token refreshed");
    env.run(["status", "-vv", "--json"]).succeeded();
    env.run(["explain", "-vv", "--json"]).succeeded();
    env.emulator.revoke_sessions();
    env.advance(MINUTE * 61);
    env.run(["export-credentials", "-vv"]).exits_with(4);
    env.run(["logout", "-vv"]).succeeded();
}
