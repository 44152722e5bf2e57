//! Visits of a user to the pages, step by step.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use vestibule_e2e::test_env::{TestEnv, post};

use crate::inspector::Inspector;

/// The time limit for a program to open a browser.
const BROWSER_TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) fn device_code_is_typed_and_approved(inspector: &mut Inspector) -> Result<()> {
    let device = Device::start(&inspector.env)?;
    inspector.open("/device")?;
    inspector.check("device", "Enter the code")?;
    inspector.evaluate("document.querySelector('#code').focus()")?;
    inspector.type_text("nonsense")?;
    inspector.click("main button")?;
    inspector.check("device-unknown", "Enter the code")?;
    inspector.expect_text("No program is waiting for this code")?;
    inspector.evaluate("document.querySelector('#code').focus()")?;
    inspector.type_text(&device.user_code.to_lowercase().replace('-', ""))?;
    inspector.click("main button")?;
    inspector.check("device-confirm", "Is this your code?")?;
    device.expect_poll(&inspector.env, "authorization_pending")?;
    inspector.click("button[value=approve]")?;
    inspector.check("device-approved", "You are signed in")?;
    device.expect_poll(&inspector.env, "accessToken")
}

pub(crate) fn device_code_is_denied(inspector: &mut Inspector) -> Result<()> {
    let device = Device::start(&inspector.env)?;
    inspector.open(&format!("/device?user_code={}", device.user_code))?;
    inspector.click("button[value=deny]")?;
    inspector.check("device-denied", "Access denied")?;
    device.expect_poll(&inspector.env, "access_denied")
}

/// `vestibule login` with this browser: denied, approved, and a page with a wrong address.
pub(crate) fn login_redirects_to_the_loopback_page(inspector: &mut Inspector) -> Result<()> {
    let mut login = Login::start(&inspector.env)?;
    inspector.open_url(&login.page)?;
    inspector.check("authorize", "Allow access?")?;
    inspector.click("button[value=deny]")?;
    inspector.check("loopback-refused", "Not signed in")?;
    ensure!(!login.succeeds()?, "vestibule login succeeded although it was denied");

    let mut login = Login::start(&inspector.env)?;
    inspector.open_url(&login.page)?;
    inspector.click("button[value=approve]")?;
    inspector.check("loopback", "Signed in")?;
    ensure!(login.succeeds()?, "vestibule login failed although it was approved");

    inspector.open("/authorize?client_id=unknown")?;
    inspector.check("authorize-wrong", "That did not work")
}

/// `aws login --remote`: the user copies a code from the page.
pub(crate) fn cross_device_login_shows_a_code_to_copy(inspector: &mut Inspector) -> Result<()> {
    let challenge = "A".repeat(43);
    let redirect_uri = format!("{}/v1/sessions/confirmation", inspector.env.url());
    inspector.open(&format!(
        "/v1/authorize?client_id=arn:aws:signin:::devtools/cross-device&redirect_uri={redirect_uri}\
         &response_type=code&scope=openid&state=a-state&code_challenge_method=SHA-256\
         &code_challenge={challenge}"
    ))?;
    inspector.check("console-authorize", "Allow access?")?;
    inspector.click("button[value=approve]")?;
    inspector.check("console-to-carry", "You are signed in")
}

pub(crate) fn status_page_controls_the_emulator(inspector: &mut Inspector) -> Result<()> {
    let [first, second] = [Device::start(&inspector.env)?, Device::start(&inspector.env)?];
    let incomplete = r#"{"client_id":"odd"}"#;
    post(&format!("{}/token", inspector.env.url()), incomplete)?;
    inspector.env.control("script?script=fail+ListAccounts+twice+with+503")?;
    inspector.open("/")?;
    inspector.check("status", "Identity Center emulator")?;
    inspector.expect_text("CreateToken has no `client_id`")?;
    post(&format!("{}/token", inspector.env.url()), r#"{"other":"odd"}"#)?;
    inspector.wait_for_text("CreateToken has no `other`")?;
    inspector.click(&format!("button[aria-label='Approve {}']", first.user_code))?;
    inspector.click(&format!("button[aria-label='Deny {}']", second.user_code))?;
    first.expect_poll(&inspector.env, "accessToken")?;
    second.expect_poll(&inspector.env, "access_denied")?;
    inspector.open("/")?;
    inspector.click("button[aria-label^='Revoke the session']")?;
    inspector.expect_text("revoked")?;
    inspector.click("button[aria-label^='Clear']")?;
    inspector.evaluate("document.querySelector('[name=what]').value = 'slow_down'")?;
    inspector.click("form[aria-label='Schedule a fault'] button")?;
    inspector.expect_text("slow_down")?;
    inspector.click("button[aria-label^='Clear']")?;
    let before = inspector.env.query("time")?;
    inspector.click("button[value='28800']")?;
    ensure!(before != inspector.env.query("time")?, "the emulator's clock did not advance");
    inspector.check("status-later", "Identity Center emulator")?;
    inspector.expect_text("Scheduled faults\n\nNone.")
}

/// A page of another site whose form revokes every session.
pub(crate) fn forged_request_is_refused(inspector: &mut Inspector) -> Result<()> {
    let revoke = format!("{}/emulator/revoke", inspector.env.url());
    let page = format!(
        "data:text/html,<form method=post action='{revoke}'><button>A prize</button></form>"
    );
    inspector.open_url(&page)?;
    inspector.click("button")?;
    inspector.check("forged", "That did not work")?;
    inspector.expect_text("Only a page of this emulator")
}

/// A device that waits for its code to be approved.
struct Device {
    user_code: String,
    create_token: Value,
}

impl Device {
    fn start(env: &TestEnv) -> Result<Self> {
        let client = send(
            env,
            "client/register",
            &json!({
                "clientName": "A program with a rather long name", "clientType": "public",
                "scopes": ["sso:account:access"],
            }),
        )?;
        let started = send(
            env,
            "device_authorization",
            &json!({
                "clientId": client["clientId"], "clientSecret": client["clientSecret"],
                "startUrl": "https://provided-domain.awsapps.com/start",
            }),
        )?;
        let create_token = json!({
            "clientId": client["clientId"], "clientSecret": client["clientSecret"],
            "deviceCode": started["deviceCode"],
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
        });
        let user_code = started["userCode"].as_str().context("no user code")?.to_owned();
        Ok(Self { user_code, create_token })
    }

    /// Polls for the token once the interval has passed, and checks the response.
    fn expect_poll(&self, env: &TestEnv, expected: &str) -> Result<()> {
        env.control("advance?seconds=10")?;
        let response = send(env, "token", &self.create_token)?;
        let error = &response["error"];
        ensure!(response.to_string().contains(expected), "expected `{expected}`, got {error}");
        Ok(())
    }
}

fn send(env: &TestEnv, path: &str, body: &Value) -> Result<Value> {
    let response = post(&format!("{}/{path}", env.url()), &body.to_string())?;
    serde_json::from_str(&response).with_context(|| format!("the response of {path}"))
}

/// `vestibule login`, which has opened its page.
struct Login {
    child: Child,
    page: String,
}

impl Login {
    fn start(env: &TestEnv) -> Result<Self> {
        let opened = env.home().join("opened");
        let script = env.home().join("browser.sh");
        // Renamed into place, so that a reader finds the whole address.
        let text = "printf %s \"$1\" > \"$0.new\" && mv \"$0.new\" \"${0%/*}/opened\"\n";
        std::fs::write(&script, text)?;
        let mut command = env.vestibule()?;
        command.args(["login", "--force"]).env("BROWSER", format!("sh {} %s", script.display()));
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot run vestibule")?;
        let page = wait_for(&opened)?;
        std::fs::remove_file(&opened)?;
        Ok(Self { child, page })
    }

    /// Waits for the program to exit.
    fn succeeds(&mut self) -> Result<bool> {
        Ok(self.child.wait()?.success())
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for(file: &Path) -> Result<String> {
    let deadline = Instant::now() + BROWSER_TIMEOUT;
    loop {
        match std::fs::read_to_string(file) {
            Ok(text) => return Ok(text),
            Err(_) if Instant::now() < deadline => std::thread::yield_now(),
            Err(error) => return Err(error).context("no browser was opened"),
        }
    }
}
