use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::exit::Exit;
use crate::printer::Tone;

/// Prints every problem in both files; exits with 6 if one of them is an error.
pub(super) fn run(app: &App<'_>) -> Result<Exit, Error> {
    let configuration = app.configuration()?;
    let mut exit = Exit::Done;
    let mut list = Vec::new();
    for finding in configuration.files().findings() {
        if finding.kind().is_strict() {
            exit = Exit::Configuration;
        }
        if app.printer.json {
            let place = finding.place();
            list.push(json!({
                "file": place.location().to_string(), "line": place.line(),
                "column": place.column(), "message": finding.to_string(),
                "error": finding.kind().is_strict(),
            }));
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
    if app.printer.json {
        app.printer.result(&json!(list).to_string())?;
    }
    Ok(exit)
}
