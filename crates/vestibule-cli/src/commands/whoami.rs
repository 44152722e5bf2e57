use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::exit::Exit;

/// Prints the caller identity in the layout of `aws sts get-caller-identity`.
pub(crate) fn run(app: &App<'_>) -> Result<Exit, Error> {
    let session = app.session()?;
    let identity = session.blocking().caller_identity()?;
    let member = |name: &str, value: &str| format!("    \"{name}\": {}", json!(value));
    let members = [
        member("UserId", &identity.user_id),
        member("Account", identity.account.as_str()),
        member("Arn", &identity.arn),
    ];
    app.printer.result(&format!("{{\n{}\n}}", members.join(",\n")))?;
    Ok(Exit::Done)
}
