//! Values of options: the role of `--account-id` and `--role-name`, and the region.

use vestibule::{AccountId, Region, RoleName};

use crate::args::{CredentialArgs, Global};
use crate::error::Error;
use crate::exit::Exit;
use crate::quoting::shell_word;

/// Returns the account and the role of the command line; `None` if it does not name both.
pub(crate) fn named_role(args: &CredentialArgs) -> Result<Option<(AccountId, RoleName)>, Error> {
    let (Some(account), Some(role)) = (&args.account_id, &args.role_name) else { return Ok(None) };
    let account = account_id(account, args.sso_session.as_deref())?;
    let role = RoleName::new(role)
        .map_err(|error| Error::new(Exit::Usage, format!("--role-name: {error}")))?;
    Ok(Some((account, role)))
}

/// Returns `--region`.
pub(crate) fn region(global: &Global) -> Result<Option<Region>, Error> {
    let region = global.region.as_deref().map(Region::new).transpose();
    region.map_err(|error| Error::new(Exit::Usage, format!("--region: {error}")))
}

/// Parses an account id on the command line, before any request is made; `session` is `--sso-session`.
pub(crate) fn account_id(text: &str, session: Option<&str>) -> Result<AccountId, Error> {
    let invalid = |error: &str| {
        let session = session.map(|name| format!(" --sso-session {}", shell_word(name)));
        let hint = format!("vestibule list-accounts{}", session.unwrap_or_default());
        Error::new(Exit::Usage, format!("--account-id: {error}")).with_hint(hint)
    };
    if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid(&format!("`{text}` is not an account id: expected twelve digits")));
    }
    AccountId::new(text).map_err(|error| invalid(&error.to_string()))
}
