//! Openers of the user's choice, the default flow, and the console beside other sessions.

use std::net::TcpListener;

use crate::support::{CONFIG, TestEnv, command as helper, visit};

/// Returns the command that opens pages in the browser of the tests.
fn command(arguments: &str) -> String {
    let browser = std::env::current_exe().unwrap();
    format!("\"{}\" helper_browser {arguments}", browser.display())
}

#[test]
fn browser_of_the_session_opens_the_page_with_its_values() {
    let env = TestEnv::new();
    let browser = command("{sso_session} {account_id} {role} {url}");
    env.write(".aws/config", &format!("{CONFIG}vestibule_browser = {browser}\n"));
    env.vestibule(["login"]).env("BROWSER", "false").run().succeeded();
    assert_eq!(env.pages_opened().len(), 1);
    // The profile takes precedence, and the variable over both.
    let other = CONFIG.replace("[sso-session", "vestibule_browser = false\n[sso-session");
    env.write(".aws/config", &format!("{other}vestibule_browser = {browser}\n"));
    let login = ["login", "--force"];
    env.vestibule(login).env("VESTIBULE_BROWSER", command("{url}")).run().succeeded();
    env.run(["login", "--force", "--browser", &command("")]).succeeded();
    assert_eq!(env.pages_opened().len(), 3);
}

#[test]
fn browser_that_is_not_a_command_is_an_error_before_the_sign_in() {
    let env = TestEnv::new();
    env.run(["login", "--browser", "firefox {uri}"])
        .exits_with(2)
        .stderr_contains("--browser: the placeholder {uri} does not exist");
    env.write(".aws/config", &format!("{CONFIG}vestibule_browser = firefox \"x\n"));
    env.run(["login"]).exits_with(6).stderr_contains("`vestibule_browser` is `firefox \"x`");
    assert_eq!(env.pages_opened(), [] as [String; 0]);
}

#[test]
fn sign_in_flow_of_the_configuration_is_used() {
    let env = TestEnv::new();
    env.write(".aws/config", &format!("{CONFIG}vestibule_sign_in_flow = device-code\n"));
    let login = ["login", "--force", "--json"];
    let flow = |events: Vec<serde_json::Value>| events[0]["event"].as_str().unwrap().to_owned();
    assert_eq!(flow(env.run(login).succeeded().events()), "verification");
    let with_variable = env.vestibule(login).env("VESTIBULE_SIGN_IN_FLOW", "pkce").run();
    assert_eq!(flow(with_variable.succeeded().events()), "open");
    env.vestibule(["login", "--force"])
        .env("VESTIBULE_SIGN_IN_FLOW", "fax")
        .run()
        .exits_with(6)
        .stderr_contains("VESTIBULE_SIGN_IN_FLOW");
}

#[test]
fn console_multi_session_opens_the_shortcut_of_the_portal() {
    let env = TestEnv::new();
    let args = ["console", "--multi-session", "--print", "--service", "s3"];
    assert_eq!(
        env.run(args).succeeded().stdout,
        "https://provided-domain.awsapps.com/start/#/console?account_id=111122223333\
         &role_name=SampleRole&destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3Fregion%3D\
         us-east-1\n"
    );
    // Also without a sign-in on this machine: the browser has its own.
    env.run(["console", "--multi-session"]).succeeded().stderr_contains("opened in your browser");
    env.write(
        ".aws/config",
        "[default]\nrole_arn = arn:aws:iam::111122223333:role/r\ncredential_source = Environment\n",
    );
    env.run(["console", "--multi-session"]).exits_with(6);
}

/// A browser that inherited the output would keep it open, and a program that reads the output would
/// wait for the browser to be closed.
#[test]
fn login_output_ends_while_the_browser_is_open() {
    let env = TestEnv::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (name, value) = helper::connect_to(&listener);
    let [program, argument] = helper::words();
    let login = env.vestibule(["login", "--json"]);
    let login = login.env("BROWSER", format!("\"{program}\" {argument} %s")).env(name, value);
    let mut login = login.start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    let browser = listener.accept().unwrap().0;
    visit(&env.emulator.authorize(&page).unwrap()).unwrap();
    login.wait().succeeded();
    // Its end closes the browser.
    drop(browser);
}

#[cfg(unix)]
#[test]
fn clipboard_over_ssh_is_that_of_the_terminal() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let env = TestEnv::signed_in();
    let program = env!("CARGO_BIN_EXE_vestibule");
    let terminal = crate::support::in_terminal(&format!("{program} console --browser clipboard"));
    let ran = env
        .prepared(terminal)
        .env("TERM", "xterm")
        .env("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
        .with_keyboard()
        .start()
        .wait();
    let (_, rest) = ran.succeeded().stdout.split_once("\u{1b}]52;c;").unwrap();
    let (copied, _) = rest.split_once('\u{7}').unwrap();
    let link = String::from_utf8(STANDARD.decode(copied).unwrap()).unwrap();
    assert!(link.contains("/federation?Action=login&"), "{link}");
    assert_eq!(env.pages_opened().len(), 1, "that of the sign-in");
}
