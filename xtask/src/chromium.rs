//! A browser, as far as looking at pages needs one: Chromium without a window, driven over a pipe.
//!
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::failure::{Failure, Result};

/// One tab. The browser ends when this is dropped.
pub(crate) struct Chromium {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    tab: String,
    calls: u64,
}

impl Chromium {
    /// Starts a browser that knows nothing, with its files in this folder.
    pub(crate) fn start(profile: &Path) -> Result<Self> {
        // Its pipe is at the descriptors 3 and 4, which only a shell can arrange for us.
        let mut child = Command::new("sh")
            .args(["-c", "exec chromium \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"])
            .args(["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu"])
            // Pages of our own, in a container that may well be root's.
            .args(["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed("cannot be run", &error).fix("apt install chromium"))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::new("chromium has no pipe"));
        };
        let from = BufReader::new(from);
        let mut browser = Self { child, to: Some(to), from, tab: String::new(), calls: 0 };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", &attach)?;
        browser.tab = attached["sessionId"].as_str().unwrap_or_default().into();
        browser.call("Page.enable", &json!({}))?;
        Ok(browser)
    }

    /// Opens an address, and waits for the page.
    pub(crate) fn open(&mut self, url: &str) -> Result {
        self.call("Page.navigate", &json!({ "url": url }))?;
        self.loaded()
    }

    /// Clicks where an element is, and waits for the page that it leads to.
    pub(crate) fn click(&mut self, selector: &str) -> Result {
        let place = self.evaluate(&format!(
            "(() => {{ const e = document.querySelector({}); if (!e) return null;\
             e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();\
             return [r.x + r.width / 2, r.y + r.height / 2]; }})()",
            json!(selector)
        ))?;
        let (Some(x), Some(y)) = (place[0].as_f64(), place[1].as_f64()) else {
            return Err(Failure::new(format!("no `{selector}` on the page")));
        };
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &event)?;
        }
        self.loaded()
    }

    /// Types into what has the focus.
    pub(crate) fn types(&mut self, text: &str) -> Result {
        self.call("Input.insertText", &json!({ "text": text })).map(drop)
    }

    /// Presses the tab key.
    pub(crate) fn tab(&mut self) -> Result {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": "Tab", "windowsVirtualKeyCode": 9 });
            self.call("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    /// What a piece of JavaScript comes to, whatever the page's policy says of scripts.
    pub(crate) fn evaluate(&mut self, script: &str) -> Result<Value> {
        let ask = json!({ "expression": script, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", &ask)?;
        match &answer["exceptionDetails"] {
            Value::Null => Ok(answer["result"]["value"].take()),
            thrown => Err(Failure::new(format!("the page throws: {thrown}"))),
        }
    }

    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": params });
        if !self.tab.is_empty() {
            message["sessionId"] = self.tab.as_str().into();
        }
        let lost = |error| failed("does not listen", &error);
        let to = self.to.as_mut().ok_or_else(|| Failure::new("chromium has ended"))?;
        to.write_all(format!("{message}\0").as_bytes()).map_err(lost)?;
        to.flush().map_err(lost)?;
        loop {
            let mut heard = self.hear()?;
            if heard["id"] == self.calls {
                return match &heard["error"] {
                    Value::Null => Ok(heard["result"].take()),
                    error => Err(Failure::new(format!("{method}: {error}"))),
                };
            }
        }
    }

    fn loaded(&mut self) -> Result {
        while self.hear()?["method"] != "Page.loadEventFired" {}
        Ok(())
    }

    fn hear(&mut self) -> Result<Value> {
        let mut message = Vec::new();
        self.from.read_until(0, &mut message).map_err(|error| failed("does not answer", &error))?;
        if message.pop() != Some(0) {
            return Err(Failure::new("chromium ended").fix("apt install chromium"));
        }
        serde_json::from_slice(&message).map_err(|error| failed("says no JSON", &error))
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It ends with its pipe.
        drop(self.to.take());
        let _ = self.child.wait();
    }
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("chromium {what}: {error}"))
}
