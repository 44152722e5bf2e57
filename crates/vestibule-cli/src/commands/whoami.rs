use serde_json::json;

use crate::advice::Failure;
use crate::app::App;
use crate::exit::Exit;

/// In the layout of `aws sts get-caller-identity`.
pub(crate) fn run(app: &App<'_>) -> Result<Exit, Failure> {
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
