use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::failure::{Failure, Result, report};
use crate::scene::Scene;

const AUDIT: &str = include_str!("audit.js");
/// How long a page may take to update by itself.
const UPDATE_TIMEOUT: Duration = Duration::from_secs(15);
/// More than any page has places to go to.
const TABS: usize = 60;

/// Somebody with a browser, an emulator, and a list of what every page owes to everybody.
pub(super) struct Inspector {
    pub(super) scene: Scene,
    pub(super) browser: Chromium,
    /// How many pages were looked at.
    pub(super) looks: usize,
    screenshots: Option<PathBuf>,
}

impl Inspector {
    pub(super) fn start(screenshots: Option<PathBuf>) -> Result<Self> {
        let scene = Scene::set("pages", &[])?;
        let browser = Chromium::start(&scene.home.join("chromium"))?;
        Ok(Self { scene, browser, looks: 0, screenshots })
    }

    /// Opens a page of the emulator.
    pub(super) fn open(&mut self, path: &str) -> Result {
        let url = format!("{}{path}", self.scene.url);
        self.browser.open(&url)
    }

    /// Looks at the page that is open, which has this heading, in every light.
    pub(super) fn look(&mut self, name: &str, heading: &str) -> Result {
        let found = self.browser.evaluate("document.querySelector('h1')?.textContent")?;
        if found != heading {
            return Err(Failure::new(format!("{name}: expected `{heading}`, there is {found}")));
        }
        let mut wrong = Vec::new();
        for (light, width) in [("light", 1024), ("dark", 1024), ("light", 320)] {
            self.set(light, width)?;
            for finding in self.browser.evaluate(AUDIT)?.as_array().into_iter().flatten() {
                wrong.push(format!("{name}, {light}, {width} wide: {finding}"));
            }
            self.keep(&format!("{name}-{light}-{width}"))?;
        }
        self.set("light", 1024)?;
        if let Some(problem) = self.walk()? {
            wrong.push(format!("{name}: {problem}"));
        }
        self.looks += 1;
        report("pages", &wrong)
    }

    /// The text of the page.
    pub(super) fn text(&mut self) -> Result<String> {
        let text = self.browser.evaluate("document.body.innerText")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The page says this.
    pub(super) fn says(&mut self, words: &str) -> Result {
        let text = self.text()?;
        if text.contains(words) {
            return Ok(());
        }
        Err(Failure::new(format!("`{words}` is not on the page:\n{text}")))
    }

    /// Waits until the page shows a text, without a reload.
    pub(super) fn shows_in_time(&mut self, words: &str) -> Result {
        let deadline = Instant::now() + UPDATE_TIMEOUT;
        while Instant::now() < deadline && !self.text()?.contains(words) {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.says(words)
    }

    fn set(&mut self, light: &str, width: u32) -> Result {
        let features = json!([{ "name": "prefers-color-scheme", "value": light }]);
        self.browser.call("Emulation.setEmulatedMedia", &json!({ "features": features }))?;
        let size = json!({
            "width": width, "height": 768, "deviceScaleFactor": 1, "mobile": false,
        });
        self.browser.call("Emulation.setDeviceMetricsOverride", &size).map(drop)
    }

    /// With the tab key to every control, each of which shows that it is there.
    fn walk(&mut self) -> Result<Option<String>> {
        let controls = "a, button, input:not([type=hidden]), select, textarea";
        let count = format!("document.querySelectorAll({}).length", json!(controls));
        let count = self.browser.evaluate(&count)?.as_u64().unwrap_or_default();
        // From the very beginning, wherever the focus was.
        self.browser.evaluate(
            "document.body.tabIndex = -1; document.body.focus();\
             document.body.removeAttribute('tabindex'); window.seen = new Set(); 0",
        )?;
        for _ in 0..TABS {
            self.browser.tab()?;
            let shown = self.browser.evaluate(
                "(() => { const e = document.activeElement; if (e === document.body) return 'end';\
                 window.seen.add(e); const s = getComputedStyle(e);\
                 return s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2 ?\
                 `no focus is shown: ${e.outerHTML.slice(0, 120)}` : ''; })()",
            )?;
            match shown.as_str() {
                Some("") => {}
                Some("end") | None => break,
                Some(problem) => return Ok(Some(problem.to_owned())),
            }
        }
        let reached =
            format!("[...window.seen].filter(e => e.matches({})).length", json!(controls));
        let reached = self.browser.evaluate(&reached)?.as_u64().unwrap_or_default();
        let missed =
            (reached < count).then(|| format!("{reached} of {count} controls are reached"));
        Ok(missed)
    }

    fn keep(&mut self, name: &str) -> Result {
        let Some(folder) = &self.screenshots else { return Ok(()) };
        let file = folder.join(format!("{name}.png"));
        let whole = json!({ "captureBeyondViewport": true });
        let shot = self.browser.call("Page.captureScreenshot", &whole)?;
        let bytes = decoded(&shot["data"]);
        std::fs::write(&file, bytes).map_err(Failure::at(&file))
    }
}

/// Base64, as far as Chromium writes it.
fn decoded(text: &Value) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.as_str().unwrap_or_default().bytes().filter_map(digit).collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let bits = four.iter().fold(0u32, |bits, digit| bits << 6 | u32::from(*digit));
        let bits = bits << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo")] {
            assert_eq!(decoded(&json!(text)), bytes.as_bytes());
        }
    }
}
