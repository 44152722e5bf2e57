use std::path::Path;

use serde_json::json;
use vestibule::Session;
use vestibule_serve::{ListenAddress, Server};

use crate::advice::{Failure, shell_word};
use crate::app::App;
use crate::printer::Tone;

use super::{TOKEN, URI};

/// What to set, as lines for a shell on stdout; who else may want it, on stderr. The token is the
/// result that was asked for: it is on stdout and nowhere else.
pub(super) fn print(
    app: &App<'_>,
    session: &Session,
    address: &ListenAddress,
    server: &Server,
) -> Result<(), Failure> {
    let mut variables = vec![(URI, server.uri()), (TOKEN, server.token().expose().to_owned())];
    if let Some(region) = session.region() {
        variables.push(("AWS_REGION", region.to_string()));
        variables.push(("AWS_DEFAULT_REGION", region.to_string()));
    }
    let example = match address {
        ListenAddress::Port(_) => docker(&variables),
        ListenAddress::Socket(path) => curl(path),
    };
    let printer = &app.printer;
    if printer.json {
        let variables: serde_json::Map<_, _> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let how = if matches!(address, ListenAddress::Port(_)) { "docker" } else { "curl" };
        printer.result(&json!({ "variables": variables, how: example }).to_string())?;
        return Ok(());
    }
    for (name, value) in &variables {
        printer.result(&format!("export {name}={}", shell_word(value)))?;
    }
    let profile = printer.tone(Tone::Good, &session.plan().profile.value);
    printer
        .note(&format!("Serving the credentials of {profile} until Ctrl-C, refreshed as needed."));
    printer.note(match address {
        ListenAddress::Port(_) => "A shell that has these lines, and a container started from it:",
        ListenAddress::Socket(_) => "From a shell that has these lines:",
    });
    printer.note(&format!("  {}", printer.tone(Tone::Command, &example)));
    let files = session.configuration().files();
    if files.without_credentials("default").iter().any(Option::is_some) {
        let note = printer.tone(Tone::Warning, "note:");
        printer.note(&format!(
            "{note} where they find your files, SDKs take the profile `default` before they ask here"
        ));
    }
    Ok(())
}

/// The container shares the host's network, since the SDKs ask for credentials over plain HTTP at
/// loopback alone; the token is in its environment and not among the arguments, which all can see.
fn docker(variables: &[(&str, String)]) -> String {
    let names: Vec<_> = variables.iter().map(|(name, _)| format!("-e {name}")).collect();
    let names = names.join(" ");
    format!("docker run --rm --network host {names} amazon/aws-cli sts get-caller-identity")
}

fn curl(path: &Path) -> String {
    let path = shell_word(&path.display().to_string());
    format!("curl --unix-socket {path} -H \"Authorization: ${TOKEN}\" \"${URI}\"")
}
