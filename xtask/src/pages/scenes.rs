use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::failure::{Failure, Result};
use crate::http::post;

use super::inspector::Inspector;

/// How long a program may take to open a browser.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn a_code_is_typed_and_approved(inspector: &mut Inspector) -> Result {
    let device = Device::start(inspector)?;
    inspector.open("/device")?;
    inspector.look("device", "Enter the code")?;
    inspector.browser.evaluate("document.querySelector('#code').focus()")?;
    inspector.browser.types("nonsense")?;
    inspector.browser.click("main button")?;
    inspector.look("device-unknown", "Enter the code")?;
    inspector.says("No program is waiting for this code")?;
    inspector.browser.evaluate("document.querySelector('#code').focus()")?;
    inspector.browser.types(&device.user_code.to_lowercase().replace('-', ""))?;
    inspector.browser.click("main button")?;
    inspector.look("device-confirm", "Is this your code?")?;
    device.poll_is(inspector, "authorization_pending")?;
    inspector.browser.click("button[value=approve]")?;
    inspector.look("device-approved", "You are signed in")?;
    device.poll_is(inspector, "accessToken")
}

pub(super) fn a_code_is_denied(inspector: &mut Inspector) -> Result {
    let device = Device::start(inspector)?;
    inspector.open(&format!("/device?user_code={}", device.user_code))?;
    inspector.browser.click("button[value=deny]")?;
    inspector.look("device-denied", "Access denied")?;
    device.poll_is(inspector, "access_denied")
}

/// `vestibule login`, with this browser: approved, denied, and a page that is too late.
pub(super) fn a_browser_goes_there_and_back(inspector: &mut Inspector) -> Result {
    let mut login = Login::start(inspector)?;
    inspector.browser.open(&login.page)?;
    inspector.look("authorize", "Allow access?")?;
    inspector.browser.click("button[value=deny]")?;
    inspector.look("loopback-refused", "Not signed in")?;
    login.ends(false)?;

    let mut login = Login::start(inspector)?;
    inspector.browser.open(&login.page)?;
    inspector.browser.click("button[value=approve]")?;
    inspector.look("loopback", "Signed in")?;
    login.ends(true)?;

    inspector.open("/authorize?client_id=nobody")?;
    inspector.look("authorize-wrong", "That did not work")
}

/// `aws login` on a machine without a browser: the person carries a text there.
pub(super) fn a_text_is_carried_elsewhere(inspector: &mut Inspector) -> Result {
    let challenge = "A".repeat(43);
    let back = format!("{}/v1/sessions/confirmation", inspector.scene.url);
    inspector.open(&format!(
        "/v1/authorize?client_id=arn:aws:signin:::devtools/cross-device&redirect_uri={back}\
         &response_type=code&scope=openid&state=a-state&code_challenge_method=SHA-256\
         &code_challenge={challenge}"
    ))?;
    inspector.look("console-authorize", "Allow access?")?;
    inspector.browser.click("button[value=approve]")?;
    inspector.look("console-to-carry", "You are signed in")
}

pub(super) fn the_status_page_interferes(inspector: &mut Inspector) -> Result {
    let [first, second] = [Device::start(inspector)?, Device::start(inspector)?];
    let odd = r#"{"client_id":"odd"}"#;
    post(&format!("{}/token", inspector.scene.url), odd)?;
    inspector.scene.tell("script?script=fail+ListAccounts+twice+with+503")?;
    inspector.open("/")?;
    inspector.look("status", "Identity Center emulator")?;
    inspector.says("CreateToken has no `client_id`")?;
    post(&format!("{}/token", inspector.scene.url), r#"{"other":"odd"}"#)?;
    inspector.shows_in_time("CreateToken has no `other`")?;
    inspector.browser.click(&format!("button[aria-label='Approve {}']", first.user_code))?;
    inspector.browser.click(&format!("button[aria-label='Deny {}']", second.user_code))?;
    first.poll_is(inspector, "accessToken")?;
    second.poll_is(inspector, "access_denied")?;
    inspector.open("/")?;
    inspector.browser.click("button[aria-label^='Revoke the session']")?;
    inspector.says("revoked")?;
    inspector.browser.click("button[aria-label^='Clear']")?;
    let fill = "document.querySelector('[name=what]').value = 'slow_down'";
    inspector.browser.evaluate(fill)?;
    inspector.browser.click("form[aria-label='Schedule a fault'] button")?;
    inspector.says("slow_down")?;
    inspector.browser.click("button[aria-label^='Clear']")?;
    let before = inspector.scene.ask("time")?;
    inspector.browser.click("button[value='28800']")?;
    if before == inspector.scene.ask("time")? {
        return Err(Failure::new("time did not move"));
    }
    inspector.look("status-later", "Identity Center emulator")?;
    inspector.says("Scheduled faults\n\nNone.")
}

/// A page of somebody else's, with a form that ends all sessions.
pub(super) fn no_other_page_interferes(inspector: &mut Inspector) -> Result {
    let revoke = format!("{}/emulator/revoke", inspector.scene.url);
    let page = format!(
        "data:text/html,<form method=post action='{revoke}'><button>A prize</button></form>"
    );
    inspector.browser.open(&page)?;
    inspector.browser.click("button")?;
    inspector.look("forged", "That did not work")?;
    inspector.says("Only a page of this emulator")
}

/// A program that waits for a code to be approved.
struct Device {
    user_code: String,
    poll: Value,
}

impl Device {
    fn start(inspector: &Inspector) -> Result<Self> {
        let client = say(
            inspector,
            "client/register",
            &json!({
                "clientName": "A program with a rather long name", "clientType": "public",
                "scopes": ["sso:account:access"],
            }),
        )?;
        let own = json!({
            "clientId": client["clientId"], "clientSecret": client["clientSecret"],
            "startUrl": "https://provided-domain.awsapps.com/start",
        });
        let started = say(inspector, "device_authorization", &own)?;
        let poll = json!({
            "clientId": client["clientId"], "clientSecret": client["clientSecret"],
            "deviceCode": started["deviceCode"],
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
        });
        Ok(Self { user_code: started["userCode"].as_str().unwrap_or_default().to_owned(), poll })
    }

    /// Asks for the token, in due time; this is in the answer.
    fn poll_is(&self, inspector: &Inspector, expected: &str) -> Result {
        inspector.scene.tell("advance?seconds=10")?;
        let answer = say(inspector, "token", &self.poll)?;
        if answer.to_string().contains(expected) {
            return Ok(());
        }
        Err(Failure::new(format!("expected `{expected}` of a poll, it says {}", answer["error"])))
    }
}

fn say(inspector: &Inspector, path: &str, body: &Value) -> Result<Value> {
    let answer = post(&format!("{}/{path}", inspector.scene.url), &body.to_string())?;
    serde_json::from_str(&answer.body)
        .map_err(|error| Failure::new(format!("{path} answers no JSON: {error}")))
}

/// `vestibule login`, which has opened a page.
struct Login {
    child: Child,
    page: String,
}

impl Login {
    fn start(inspector: &Inspector) -> Result<Self> {
        let home = &inspector.scene.home;
        let opened = home.join("opened");
        let script = home.join("browser.sh");
        // The name appears when all of the address is in the file.
        let text = "printf %s \"$1\" > \"$0.new\" && mv \"$0.new\" \"${0%/*}/opened\"\n";
        std::fs::write(&script, text).map_err(Failure::at(&script))?;
        let browser = format!("sh {} %s", script.display());
        let mut command: Command = inspector.scene.vestibule()?;
        command.args(["login", "--force"]).env("BROWSER", browser);
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure::new(format!("vestibule cannot be run: {error}")))?;
        let mut login = Self { child, page: String::new() };
        login.page = wait_for(&opened)?;
        std::fs::remove_file(&opened).map_err(Failure::at(&opened))?;
        Ok(login)
    }

    fn ends(&mut self, well: bool) -> Result {
        let status =
            self.child.wait().map_err(|error| Failure::new(format!("vestibule login: {error}")))?;
        if status.success() == well {
            return Ok(());
        }
        Err(Failure::new(format!("vestibule login ended with {status}")))
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        // Of a scene that went wrong; otherwise it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for(file: &Path) -> Result<String> {
    let end = Instant::now() + PATIENCE;
    loop {
        match std::fs::read_to_string(file) {
            Ok(text) => return Ok(text),
            Err(_) if Instant::now() < end => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(Failure::at(file)(error).fix("no browser was opened")),
        }
    }
}
