//! A browser, an emulator, and the checks that every page must pass.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use headless_chrome::browser::tab::Tab;
use headless_chrome::protocol::cdp::{Emulation, Page};
use headless_chrome::{Browser, LaunchOptions};
use serde_json::{Value, json};
use vestibule_e2e::test_env::TestEnv;

const AUDIT: &str = include_str!("audit.js");
const CONTROLS: &str = "a, button, input:not([type=hidden]), select, textarea";
/// The time limit for a page to update itself.
const UPDATE_TIMEOUT: Duration = Duration::from_secs(15);
/// A number that exceeds the controls of any page.
const MAX_TABS: usize = 60;

pub(crate) struct Inspector {
    pub(crate) env: TestEnv,
    pub(crate) tab: Arc<Tab>,
    screenshots: Option<PathBuf>,
    /// Closed when dropped.
    _browser: Browser,
}

impl Inspector {
    pub(crate) fn start() -> Result<Self> {
        let env = TestEnv::start(&[])?;
        let options = LaunchOptions {
            path: Some("/usr/bin/chromium".into()),
            // The pages are our own, and a container's user is often root.
            sandbox: false,
            user_data_dir: Some(env.home().join("chromium")),
            ..LaunchOptions::default()
        };
        let browser =
            Browser::new(options).context("cannot run chromium: `apt-get install chromium`")?;
        let tab = browser.new_tab()?;
        let screenshots = std::env::var_os("VESTIBULE_SCREENSHOTS").map(PathBuf::from);
        Ok(Self { env, tab, screenshots, _browser: browser })
    }

    /// Opens a page of the emulator.
    pub(crate) fn open(&self, path: &str) -> Result<()> {
        self.open_url(&format!("{}{path}", self.env.url()))
    }

    /// Opens any page, and waits until it has loaded.
    pub(crate) fn open_url(&self, url: &str) -> Result<()> {
        self.tab.navigate_to(url)?.wait_until_navigated()?;
        Ok(())
    }

    /// Clicks an element, and waits for the page that it leads to.
    pub(crate) fn click(&self, selector: &str) -> Result<()> {
        // The next document does not have the mark.
        self.evaluate("document.body.dataset.seen = 'yes'")?;
        self.tab.wait_for_element(selector)?.click()?;
        self.tab.wait_for_element("body:not([data-seen])")?;
        let loaded = "document.readyState === 'complete' || \
                      new Promise(loaded => addEventListener('load', () => loaded(true)))";
        self.tab.evaluate(loaded, true)?;
        Ok(())
    }

    /// Types into the focused element.
    pub(crate) fn type_text(&self, text: &str) -> Result<()> {
        self.tab.type_str(text)?;
        Ok(())
    }

    /// Checks the open page in light and dark, wide and narrow.
    pub(crate) fn check(&self, name: &str, heading: &str) -> Result<()> {
        let found = self.evaluate("document.querySelector('h1')?.textContent")?;
        ensure!(found == heading, "{name}: expected the heading `{heading}`, found {found}");
        let mut problems = Vec::new();
        for (scheme, width) in [("light", 1024), ("dark", 1024), ("light", 320)] {
            self.emulate(scheme, width)?;
            for problem in self.evaluate_json(AUDIT)?.as_array().into_iter().flatten() {
                problems.push(format!("{name}, {scheme}, {width} pixels wide: {problem}"));
            }
            self.save_screenshot(&format!("{name}-{scheme}-{width}"))?;
        }
        self.emulate("light", 1024)?;
        problems.extend(self.keyboard_problem()?.map(|problem| format!("{name}: {problem}")));
        ensure!(problems.is_empty(), "{}", problems.join("\n"));
        Ok(())
    }

    /// Checks that the page shows a text.
    pub(crate) fn expect_text(&self, expected: &str) -> Result<()> {
        let text = self.evaluate("document.body.innerText")?;
        let text = text.as_str().unwrap_or_default();
        ensure!(text.contains(expected), "`{expected}` is not on the page:\n{text}");
        Ok(())
    }

    /// Waits until the page shows a text, without a reload.
    pub(crate) fn wait_for_text(&self, expected: &str) -> Result<()> {
        let element = format!("//main//*[contains(., \"{expected}\")]");
        self.tab.wait_for_xpath_with_custom_timeout(&element, UPDATE_TIMEOUT)?;
        self.expect_text(expected)
    }

    /// Evaluates JavaScript, and returns its value.
    pub(crate) fn evaluate(&self, script: &str) -> Result<Value> {
        let result = self.tab.evaluate(script, false).map_err(|error| anyhow!("{error}"))?;
        Ok(result.value.unwrap_or(Value::Null))
    }

    /// Evaluates JavaScript whose value is an object or an array.
    fn evaluate_json(&self, script: &str) -> Result<Value> {
        let script = format!("JSON.stringify({})", script.trim_end().trim_end_matches(';'));
        match self.evaluate(&script)? {
            Value::String(text) => Ok(serde_json::from_str(&text)?),
            other => bail!("the script returned {other}"),
        }
    }

    /// Shows pages in a color scheme, in a window of this width.
    pub(crate) fn emulate(&self, scheme: &str, width: u32) -> Result<()> {
        let scheme =
            Emulation::MediaFeature { name: "prefers-color-scheme".into(), value: scheme.into() };
        self.tab.call_method(Emulation::SetEmulatedMedia {
            media: None,
            features: Some(vec![scheme]),
        })?;
        self.tab.call_method(Emulation::SetDeviceMetricsOverride {
            width,
            height: 768,
            device_scale_factor: 1.0,
            mobile: false,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        })?;
        Ok(())
    }

    /// Reaches every control by the Tab key, and checks that each shows the focus.
    fn keyboard_problem(&self) -> Result<Option<String>> {
        let controls = json!(CONTROLS);
        let count = self.evaluate(&format!("document.querySelectorAll({controls}).length"))?;
        let count = count.as_u64().unwrap_or_default();
        self.evaluate(
            "document.body.tabIndex = -1; document.body.focus();\
             document.body.removeAttribute('tabindex'); window.seen = new Set(); 0",
        )?;
        for _ in 0..MAX_TABS {
            self.tab.press_key("Tab")?;
            let state = self.evaluate(
                "(() => { const e = document.activeElement; if (e === document.body) return 'end';\
                 window.seen.add(e); const s = getComputedStyle(e);\
                 return s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2 ?\
                 `focus is not visible: ${e.outerHTML.slice(0, 120)}` : ''; })()",
            )?;
            match state.as_str() {
                Some("") => {}
                Some("end") | None => break,
                Some(problem) => return Ok(Some(problem.to_owned())),
            }
        }
        let reached =
            self.evaluate(&format!("[...window.seen].filter(e => e.matches({controls})).length"))?;
        let reached = reached.as_u64().unwrap_or_default();
        Ok((reached < count).then(|| format!("Tab reaches {reached} of {count} controls")))
    }

    /// Saves what the window shows, if pictures are wanted.
    pub(crate) fn save_screenshot(&self, name: &str) -> Result<()> {
        let Some(folder) = &self.screenshots else { return Ok(()) };
        let format = Page::CaptureScreenshotFormatOption::Png;
        let picture = self.tab.capture_screenshot(format, None, None, false)?;
        Ok(std::fs::write(folder.join(format!("{name}.png")), picture)?)
    }
}
