use serde_json::json;

use crate::advice::Failure;
use crate::app::App;
use crate::args::Configure;
use crate::exit::Exit;
use crate::printer::Tone;

pub(crate) fn run(app: &App<'_>, configure: &Configure) -> Result<Exit, Failure> {
    match configure {
        Configure::Get { key } => get(app, key),
        Configure::Lint => lint(app),
    }
}

/// The value of a key of the profile, as the files have it; 1 if there is none, as with `aws`.
fn get(app: &App<'_>, key: &str) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let name = configuration.profile().value;
    let Some(profile) = configuration.files().profile(&name) else {
        let message = format!("profile `{name}` is not defined");
        return Err(Failure::new(Exit::Configuration, message).with_hint("vestibule list-profiles"));
    };
    let Some(setting) = profile.get(key) else {
        return Ok(Exit::Failed);
    };
    if app.printer.json {
        let origin = setting.origin().to_string();
        let value = json!({ "key": setting.key(), "value": setting.text(), "origin": origin });
        app.printer.result(&value.to_string())?;
    } else {
        app.printer.result(setting.text())?;
    }
    Ok(Exit::Done)
}

/// Every problem of both files; 6 if one of them keeps other tools from reading the file.
fn lint(app: &App<'_>) -> Result<Exit, Failure> {
    let configuration = app.configuration()?;
    let mut exit = Exit::Done;
    for finding in configuration.files().findings() {
        if finding.kind().is_strict() {
            exit = Exit::Configuration;
        }
        if app.printer.json {
            let place = finding.place();
            app.printer.result(
                &json!({ "file": place.location().to_string(), "line": place.line(),
                         "column": place.column(), "message": finding.to_string(),
                         "error": finding.kind().is_strict() })
                .to_string(),
            )?;
            continue;
        }
        let (tone, word) = if finding.kind().is_strict() {
            (Tone::Bad, "error:")
        } else {
            (Tone::Warning, "note:")
        };
        app.printer.result(&format!("{} {finding}", app.printer.tone(tone, word)))?;
        app.printer.result(finding.caret())?;
    }
    Ok(exit)
}
