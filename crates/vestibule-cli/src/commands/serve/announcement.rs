use std::path::Path;

use serde_json::json;
use vestibule::Session;
use vestibule_serve::{ListenAddress, Server};

use crate::app::App;
use crate::error::Error;
use crate::printer::Tone;
use crate::quoting::{Dialect, shell_word};

use super::{TOKEN, URI};

/// Prints the variables as shell lines on stdout, and an example on stderr. The token is on stdout
/// only.
pub(super) fn print(
    app: &App<'_>,
    session: &Session,
    address: &ListenAddress,
    server: &Server,
) -> Result<(), Error> {
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
        let key = if matches!(address, ListenAddress::Port(_)) { "docker" } else { "curl" };
        printer.result(&json!({ "variables": variables, key: example }).to_string())?;
        return Ok(());
    }
    for (name, value) in &variables {
        printer.result(&Dialect::current().assignment(name, value))?;
    }
    let profile = printer.tone(Tone::Good, &session.plan().profile.value);
    printer.note(&format!(
        "Serving the credentials of {profile} until Ctrl-C. They refresh automatically."
    ));
    printer.note(match address {
        ListenAddress::Port(_) => "Run the lines above in a shell, then start a container from it:",
        ListenAddress::Socket(_) => "Run the lines above in a shell, then:",
    });
    printer.note(&format!("  {}", printer.tone(Tone::Command, &example)));
    if matches!(address, ListenAddress::Port(_)) && !cfg!(target_os = "linux") {
        printer.note("  (Docker Desktop needs \"Enable host networking\" in its settings)");
    }
    let files = session.configuration().files();
    if files.without_credentials("default").iter().any(Option::is_some) {
        printer.remark(
            "SDKs that find your configuration files prefer the profile `default` to this endpoint",
        );
    }
    Ok(())
}

/// The container shares the host's network, because SDKs accept plain HTTP on loopback only. The
/// token is passed in the environment, because arguments are visible to other users.
fn docker(variables: &[(&str, String)]) -> String {
    let names: Vec<_> = variables.iter().map(|(name, _)| format!("-e {name}")).collect();
    let names = names.join(" ");
    format!("docker run --rm --network host {names} amazon/aws-cli sts get-caller-identity")
}

fn curl(path: &Path) -> String {
    let path = shell_word(&path.display().to_string());
    format!("curl --unix-socket {path} -H \"Authorization: ${TOKEN}\" \"${URI}\"")
}
