use vestibule_types::{AccountId, RoleName};
use vestibule_wire::percent_encode;

use crate::Destination;

/// Returns the shortcut link of the AWS access portal that opens the console with a role.
///
/// The user of the browser is signed in to the portal, or is asked to. With the console's multi-session
/// support turned on, the link adds a session to those that the browser has; otherwise it replaces the
/// session. It contains no credentials.
///
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/createshortcutlink.html> (read 2026-11)
pub fn portal_link(
    start_url: &str,
    account_id: &AccountId,
    role_name: &RoleName,
    page: &Destination,
) -> String {
    let start_url = start_url.split(['#', '?']).next().unwrap_or(start_url).trim_end_matches('/');
    format!(
        "{start_url}/#/console?account_id={}&role_name={}&destination={}",
        percent_encode(account_id.as_str()),
        percent_encode(role_name.as_str()),
        percent_encode(page.as_str()),
    )
}

#[cfg(test)]
mod tests {
    use vestibule_types::Region;

    use super::*;
    use crate::Site;

    #[test]
    fn portal_link_is_the_documented_shortcut() {
        let site = Site::for_region(Some(&Region::new("eu-west-1").unwrap())).unwrap();
        let page = Destination::service(&site, "s3").unwrap();
        let account = AccountId::new("111122223333").unwrap();
        let role = RoleName::new("Read+Only").unwrap();
        let expected = "https://d-1.awsapps.com/start/#/console?account_id=111122223333&role_name=Read%2BOnly\
                        &destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3Fregion%3Deu-west-1";
        for start_url in ["https://d-1.awsapps.com/start", "https://d-1.awsapps.com/start/#/"] {
            assert_eq!(portal_link(start_url, &account, &role, &page), expected);
        }
    }
}
