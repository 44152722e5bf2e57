//! Forms, which are accepted from the emulator's own pages and from scripts only.

use http::Method;
use http::header::{HeaderName, ORIGIN};

use super::html::each;
use crate::context::RequestContext;
use crate::escape::escape;
use crate::params::Params;
use crate::shared::Shared;

/// The hidden field with the token.
const CSRF_FIELD: &str = "page";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Returns whether a browser sends this from a page of another site (cross-site request forgery).
///
/// Browsers are recognized by headers that only they send. A script sends neither, and needs no
/// token.
pub(crate) fn is_cross_site(shared: &Shared, context: &RequestContext<'_>) -> bool {
    let request = context.request;
    let header =
        |name: &HeaderName| Some(request.headers().get(name)?.to_str().unwrap_or("unreadable"));
    let (origin, site) = (header(&ORIGIN), header(&SEC_FETCH_SITE));
    if matches!(*request.method(), Method::GET | Method::HEAD) || origin.or(site).is_none() {
        return false;
    }
    let is_same_site = origin
        .is_none_or(|origin| origin.eq_ignore_ascii_case(&context.origin.base))
        && site.is_none_or(|site| site == "same-origin");
    let token = Params::from_body(request);
    !is_same_site || token.get(CSRF_FIELD) != Some(shared.csrf_token.as_str())
}

/// Returns a form that posts to `action`, or to the address of the page.
pub(crate) fn form(shared: &Shared, action: Option<&str>, label: &str, inside: &str) -> String {
    let action = action.map(|action| format!(" action=\"{action}\"")).unwrap_or_default();
    let token = hidden(CSRF_FIELD, &shared.csrf_token);
    format!("<form method=\"post\"{action} aria-label=\"{label}\">{token}\n{inside}</form>")
}

pub(crate) fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

/// Returns a form that is one button. The label is for screen readers, which do not show where the
/// button stands.
pub(crate) fn button(
    shared: &Shared,
    action: &str,
    (text, label): (&str, &str),
    fields: &str,
) -> String {
    let label = escape(label);
    let button = format!("<button class=\"quiet\" aria-label=\"{label}\">{text}</button>");
    form(shared, Some(&format!("/emulator/{action}")), &label, &format!("{fields}{button}"))
}

/// Returns the users to approve as, and the buttons that approve and deny. Posts to the page's
/// address.
pub(crate) fn decision_form(shared: &Shared) -> String {
    let users = &shared.settings.users;
    let options = each(users, |user| format!("<option>{}</option>", escape(user)));
    let inside = format!(
        "<p><label for=\"user\">Sign in as</label>\n\
         <select id=\"user\" name=\"user\">{options}</select></p>\n\
         <p class=\"buttons\"><button name=\"decision\" value=\"approve\">Approve</button>\n\
         <button name=\"decision\" value=\"deny\" class=\"quiet\">Deny</button></p>\n"
    );
    form(shared, None, "Your decision", &inside)
}
